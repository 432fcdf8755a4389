import { lengths } from "../lengths.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { rmsNormReference } from "./norm_reference.ts";
import { rmsNorm } from "./rms_norm.ts";

for (const [rows, width] of [[1, 1], [2, 31], [5, 64], [7, 257], [3, 512], [37, 20]]) {
  gpuTest(`rmsNorm() equals its reference for ${rows} rows of ${width}`, async (gpu) => {
    const random = new TestRandom(rows * 1000 + width);
    const x = random.normals(rows * width, 0.01); // small enough for the epsilon to count
    const gamma = random.normals(width);
    await assertTensor(gpu, rmsNorm(gpu, gpu.upload(x, [rows, width]), gpu.upload(gamma)), rmsNormReference(x, gamma));
  });
}

gpuTest("rmsNorm() zeroes rows past the lengths and ignores what they hold", async (gpu) => {
  const random = new TestRandom(1);
  const [batch, time, width] = [2, 3, 16];
  const x = random.normals(batch * time * width);
  const gamma = random.normals(width);
  const expected = rmsNormReference(x, gamma);
  expected.fill(0, width, time * width);
  x.fill(NaN, width, time * width);
  const y = rmsNorm(gpu, gpu.upload(x, [batch, time, width]), gpu.upload(gamma), lengths(gpu, [1, 3], time));
  await assertTensor(gpu, y, expected);
});
