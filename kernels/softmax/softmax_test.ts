import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { launch, logSoftmax, softmax } from "./softmax.ts";
import { softmaxReference } from "./softmax_reference.ts";

for (
  const [rows, n] of [[1, 1], [3, 2], [7, 28], [5, 31], [2, 127], [3, 128], [2, 129], [2, 1009], [1, 20011], [1, 60013]]
) {
  gpuTest(`softmax() and logSoftmax() equal their reference for ${rows} rows of ${n}`, async (gpu) => {
    const x = new TestRandom(rows * 100003 + n).normals(rows * n, 3);
    const tensor = gpu.upload(x, [rows, n]);
    await assertTensor(gpu, softmax(gpu, tensor), softmaxReference(x, n, false));
    await assertTensor(gpu, logSoftmax(gpu, tensor), softmaxReference(x, n, true));
  });
}

for (const deviation of [1e-3, 100, 1e4]) {
  gpuTest(`softmax() stays exact when scores deviate by ${deviation}`, async (gpu) => {
    const [rows, n] = [4, 301];
    const x = new TestRandom(n).normals(rows * n, deviation).map((v) => v + deviation);
    const tensor = gpu.upload(x, [rows, n]);
    for (const cache of [true, false]) {
      await assertTensor(gpu, launch(gpu, tensor, false, cache), softmaxReference(x, n, false));
      await assertTensor(gpu, launch(gpu, tensor, true, cache), softmaxReference(x, n, true));
    }
  });
}
