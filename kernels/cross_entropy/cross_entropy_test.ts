import assert from "node:assert/strict";
import { part, Tape } from "../gpu/mod.ts";
import { assertClose, assertTensor, finiteDifferences, gpuTest, TestRandom } from "../testing/mod.ts";
import { crossEntropy } from "./cross_entropy.ts";
import { crossEntropyReference } from "./cross_entropy_reference.ts";

const IGNORED = 0xffffffff;

Deno.test("crossEntropyReference() equals PyTorch's cross_entropy, and its gradient finite differences", () => {
  // PyTorch 2.13, float64: cross_entropy(…, reduction="none") with label_smoothing 0 and 0.1, and the gradient of its sum
  const [logits, targets] = [[1, 2, 0.5, -1, 0, 3], [1, 0]];
  assertClose(crossEntropyReference(logits, targets).loss, [0.4643687841079449, 4.065883903757429], 1e-14);
  const smooth = crossEntropyReference(logits, targets, { labelSmoothing: 0.1 });
  assertClose(smooth.loss, [0.5477021174412783, 3.8992172370907623], 1e-14);
  const [first, second] = [
    [0.1978905642888157, -0.3048016141215709, 0.10691104983275515],
    [-0.9161855077878129, 0.013279289244640557, 0.9029062185431724],
  ];
  assertClose(smooth.gradient, [...first, ...second], 1e-14);
  const options = { labelSmoothing: 0.2, scale: 0.3 };
  const sum = (x: Float64Array) => crossEntropyReference(x, [1, 7], options).loss.reduce((a, b) => a + b);
  assertClose(crossEntropyReference(logits, [1, 7], options).gradient, finiteDifferences(sum, logits), 1e-8);
});

for (
  const [count, n] of [[1, 1], [3, 2], [7, 28], [5, 31], [16, 32], [3, 33], [2, 129], [2, 1009], [2, 8192], [1, 17001]]
) {
  for (const labelSmoothing of [0, 0.1]) {
    gpuTest(
      `crossEntropy() equals its reference for ${count} rows of ${n}, smoothed by ${labelSmoothing}`,
      async (gpu) => {
        const random = new TestRandom(count * 100003 + n);
        const host = random.normals(count * n, 3);
        const targets = Uint32Array.from({ length: count }, () => random.integer(n));
        const options = { labelSmoothing, scale: 0.7 };
        const expected = crossEntropyReference(host, targets, options);
        const ignored = count > 3 ? [1, 3] : [];
        ignored.forEach((row, i) => {
          targets[row] = [IGNORED, n][i];
          host.fill(NaN, row * n, (row + 1) * n);
          expected.loss[row] = 0;
          expected.gradient.fill(0, row * n, (row + 1) * n);
        });
        const logits = gpu.upload(host, [count, n]);
        await assertTensor(gpu, crossEntropy(gpu, logits, gpu.upload(targets), options), expected.loss);
        using tape = new Tape(gpu);
        tape.track(logits);
        const loss = tape.recording(() => {
          using scope = gpu.scope(); // leaves the gradient to the tape
          return scope.keep(crossEntropy(gpu, logits, gpu.upload(targets), options));
        });
        await assertTensor(gpu, loss, expected.loss);
        tape.backward();
        await assertTensor(gpu, tape.takeGradient(logits)!, expected.gradient);
      },
    );
  }
}

gpuTest("crossEntropy() stays exact for logits that are far apart or all large", async (gpu) => {
  for (const [deviation, offset] of [[1000, 0], [1e-3, 1e4], [30, -1e3]]) {
    const host = new TestRandom(3).normals(4 * 50, deviation).map((v) => v + offset);
    const targets = Uint32Array.of(0, 49, 7, 8);
    const loss = crossEntropy(gpu, gpu.upload(host, [4, 50]), gpu.upload(targets), { labelSmoothing: 0.1 });
    await assertTensor(gpu, loss, crossEntropyReference(host, targets, { labelSmoothing: 0.1 }).loss);
  }
});

gpuTest("crossEntropy() adds to the gradients of losses before it, of [B, T, V] and of a weight", async (gpu) => {
  const random = new TestRandom(9);
  const host = random.normals(2 * 3 * 5);
  const targets = [0, 4, IGNORED, 1, 2, 3];
  const { gradient } = crossEntropyReference(host, targets);
  const index = gpu.upload(Uint32Array.from(targets), [2, 3]);
  using tape = new Tape(gpu);
  const tracked = gpu.upload(host, [2, 3, 5]);
  const weight = part(gpu.upload(host, [30]), 0, [2, 3, 5]);
  const sum = gpu.upload(new Float32Array(30).fill(1));
  tape.track(tracked);
  tape.watch(weight, sum);
  tape.recording(() => {
    using _scope = gpu.scope();
    for (const logits of [tracked, tracked, weight]) crossEntropy(gpu, logits, index);
  });
  tape.backward();
  await assertTensor(gpu, tape.takeGradient(tracked)!, gradient.map((v) => 2 * v));
  await assertTensor(gpu, sum, gradient.map((v) => 1 + v));
});

gpuTest("crossEntropy() refuses targets and smoothing that do not fit", async (gpu) => {
  const logits = gpu.zeros([2, 3, 4]);
  await Promise.resolve();
  assert.throws(() => crossEntropy(gpu, logits, gpu.zeros([2, 3])), /targets are f32, not u32/);
  assert.throws(() => crossEntropy(gpu, logits, gpu.zeros([6], "u32")), /targets: expected \[2, 3\], got u32 \[6\]/);
  assert.throws(
    () => crossEntropy(gpu, logits, gpu.zeros([2, 3], "u32"), { labelSmoothing: 1.5 }),
    /in 0\.\.1, not 1\.5/,
  );
});
