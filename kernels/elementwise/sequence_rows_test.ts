import { lengths } from "../lengths.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { concatenateRows, maskRows } from "./sequence_rows.ts";

for (const d of [1, 6, 8]) {
  gpuTest(`maskRows() zeroes padding of any content, ${d} wide`, async (gpu) => {
    const [host, time] = [[3, 0, 5, 1], 5];
    const x = new TestRandom(d).normals(host.length * time * d);
    const expected = x.slice();
    host.forEach((n, b) => {
      x.fill(NaN, (b * time + n) * d, (b + 1) * time * d);
      expected.fill(0, (b * time + n) * d, (b + 1) * time * d);
    });
    await assertTensor(gpu, maskRows(gpu, gpu.upload(x, [4, time, d]), lengths(gpu, host, time)), expected, 0);
  });

  gpuTest(`concatenateRows() puts b's rows behind a's real ones, ${d} wide`, async (gpu) => {
    const random = new TestRandom(d + 10);
    const [host, timeA, timeB] = [[2, 0, 3], 3, 2];
    const a = random.normals(3 * timeA * d);
    const b = random.normals(3 * timeB * d);
    const expected = new Float32Array(3 * (timeA + timeB) * d);
    host.forEach((n, i) => {
      const start = i * (timeA + timeB) * d;
      expected.set(a.subarray(i * timeA * d, (i * timeA + n) * d), start);
      expected.set(b.subarray(i * timeB * d, (i + 1) * timeB * d), start + n * d);
      a.fill(NaN, (i * timeA + n) * d, (i + 1) * timeA * d);
    });
    const y = concatenateRows(
      gpu,
      gpu.upload(a, [3, timeA, d]),
      lengths(gpu, host, timeA),
      gpu.upload(b, [3, timeB, d]),
    );
    await assertTensor(gpu, y, expected, 0);
  });
}
