import { asColumns } from "../gpu/mod.ts";
import { assertClose, assertGradients, assertTensor, dot } from "../testing/mod.ts";
import { finiteDifferences, gpuTest, TestRandom } from "../testing/mod.ts";
import { logSoftmax, softmax } from "./softmax.ts";
import { launchSoftmaxBackward } from "./softmax_backward.ts";
import { softmaxBackwardReference, softmaxReference } from "./softmax_reference.ts";

for (const logarithm of [false, true]) {
  const name = logarithm ? "logSoftmax" : "softmax";
  const run = logarithm ? logSoftmax : softmax;

  Deno.test(`softmaxBackwardReference() equals finite differences of ${name}'s reference`, () => {
    const random = new TestRandom(1);
    const [x, dy] = [random.normals(15), random.normals(15)];
    const expected = finiteDifferences((v) => dot(softmaxReference(v, 5, logarithm), dy), x);
    assertClose(softmaxBackwardReference(x, dy, 5, logarithm), expected, 1e-8);
  });

  for (const [rows, n] of [[1, 2], [7, 28], [5, 31], [2, 127], [3, 128], [2, 129], [2, 1009], [1, 8192], [1, 9001]]) {
    gpuTest(`launchSoftmaxBackward() equals ${name}'s reference for ${rows} rows of ${n}`, async (gpu) => {
      const random = new TestRandom(rows * 100003 + n);
      const [x, dy, before] = [random.normals(rows * n), random.normals(rows * n), random.normals(rows * n)];
      const y = gpu.upload(Float32Array.from(softmaxReference(x, n, logarithm)), [rows, n]);
      const into = asColumns(gpu.upload(before, [rows, n]));
      launchSoftmaxBackward(gpu, y, gpu.upload(dy, [rows, n]), { into, accumulate: true }, logarithm);
      const expected = softmaxBackwardReference(x, dy, n, logarithm);
      await assertTensor(gpu, into.tensor, expected.map((v, i) => v + before[i]));
      launchSoftmaxBackward(gpu, y, gpu.upload(dy, [rows, n]), { into, accumulate: false }, logarithm, 0);
      await assertTensor(gpu, into.tensor, expected);
    });
  }

  gpuTest(`${name}() passes gradients on to its input, and adds them`, async (gpu) => {
    const x = gpu.upload(new TestRandom(4).normals(3 * 9), [3, 9]);
    const y = (v: Float64Array) => softmaxReference(v, 9, logarithm);
    await assertGradients(gpu, { x }, () => run(gpu, x), (v) => [y(v.x)]);
    await assertGradients(gpu, { x }, () => [run(gpu, x), run(gpu, x)], (v) => [y(v.x), y(v.x)]);
  });
}
