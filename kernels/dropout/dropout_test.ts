import assert from "node:assert/strict";
import { part, Tape } from "../gpu/mod.ts";
import { assertGradients, assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { dropout, dropoutAdd } from "./dropout.ts";
import { dropoutFactors } from "./dropout_reference.ts";

for (const count of [1, 2, 3, 4, 5, 1023, 1024, 1025]) {
  gpuTest(
    `dropout() and dropoutAdd() equal their reference for ${count} elements, and so do gradients`,
    async (gpu) => {
      const random = new TestRandom(count);
      const host = { x: random.normals(count), residual: random.normals(count) };
      const [x, residual] = [gpu.upload(host.x), gpu.upload(host.residual)];
      for (const [rate, key] of [[0.25, 7], [0, 1], [0.9, 0xffffffff]]) {
        const factors = dropoutFactors(count, rate, key);
        const dropped = factors.map((f, i) => f * host.x[i]);
        await assertTensor(gpu, dropout(gpu, x, rate, key), dropped, 1e-6);
        await assertTensor(
          gpu,
          dropoutAdd(gpu, x, residual, rate, key),
          dropped.map((v, i) => v + host.residual[i]),
          1e-6,
        );
      }
      const factors = dropoutFactors(count, 0.25, 9);
      const added = (v: Readonly<Record<string, Float64Array>>) => factors.map((f, i) => f * v.x[i] + v.residual[i]);
      await assertGradients(gpu, { x }, () => dropout(gpu, x, 0.25, 9), (v) => [v.x.map((a, i) => factors[i] * a)]);
      await assertGradients(
        gpu,
        { x, residual },
        () => {
          const kept = dropout(gpu, residual, 0, 0);
          return [dropoutAdd(gpu, x, kept, 0.25, 9), dropoutAdd(gpu, x, kept, 0.25, 9)];
        },
        (v) => [added(v), added(v)],
      );
    },
  );
}

gpuTest("dropout() of ones has mean 1 and variance rate / (1 − rate)", async (gpu) => {
  const [count, rate] = [50_000, 0.2];
  const y = await gpu.read(dropout(gpu, gpu.upload(new Float32Array(count).fill(1)), rate, 12345));
  const mean = y.reduce((a, b) => a + b, 0) / count;
  const variance = y.reduce((a, b) => a + (b - mean) ** 2, 0) / count;
  assert.ok(Math.abs(mean - 1) < 4 * Math.sqrt(rate / (1 - rate) / count), `mean ${mean}`);
  assert.ok(Math.abs(variance - rate / (1 - rate)) < 0.01, `variance ${variance}`);
});

gpuTest("dropout() drops whatever an element holds", async (gpu) => {
  const factors = dropoutFactors(100, 0.5, 3);
  const x = Float32Array.from(factors, (f) => f === 0 ? NaN : 1);
  await assertTensor(gpu, dropout(gpu, gpu.upload(x), 0.5, 3), factors, 0);
});

gpuTest("dropoutAdd() hands its gradient to the residual without a dispatch, after the branch's", async (gpu) => {
  const [branch, residual] = [gpu.zeros([8, 4]), gpu.zeros([8, 4])];
  const dy = new TestRandom(1).normals(32);
  using tape = new Tape(gpu);
  tape.track(branch);
  tape.track(residual);
  {
    using _scope = gpu.scope();
    const y = tape.recording(() => dropoutAdd(gpu, branch, residual, 0.5, 4));
    tape.add(y, gpu.upload(dy, [8, 4]));
    const dispatches = gpu.dispatches;
    tape.backward();
    assert.equal(gpu.dispatches - dispatches, 2); // one poisons the branch's gradient
  }
  await assertTensor(gpu, tape.takeGradient(residual)!, dy, 0);
  await assertTensor(gpu, tape.takeGradient(branch)!, dropoutFactors(32, 0.5, 4).map((f, i) => f * dy[i]), 0);
});

gpuTest("dropout() adds to a part of a gradient buffer and nothing behind it", async (gpu) => {
  const [weight, sums] = [gpu.upload(new Float32Array(5)), gpu.upload(new Float32Array(70).fill(2))];
  using tape = new Tape(gpu);
  tape.watch(weight, part(sums, 64, [5]));
  tape.add(tape.recording(() => dropout(gpu, weight, 0.5, 1)), gpu.upload(new Float32Array(5).fill(1)));
  tape.backward();
  const expected = new Float32Array(70).fill(2);
  dropoutFactors(5, 0.5, 1).forEach((f, i) => expected[64 + i] += f);
  await assertTensor(gpu, sums, expected, 0);
});

gpuTest("dropoutAdd() refuses a residual of another shape", async (gpu) => {
  const [a, b] = [gpu.zeros([2, 3]), gpu.zeros([3, 2])];
  await Promise.resolve();
  assert.throws(() => dropoutAdd(gpu, a, b, 0.1, 0), /dropoutAdd's residual: expected \[2, 3\]/);
});
