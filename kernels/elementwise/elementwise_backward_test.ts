import assert from "node:assert/strict";
import { columns, part, Tape } from "../gpu/mod.ts";
import { assertClose, assertGradients, assertTensor, finiteDifferences, gpuTest, TestRandom } from "../testing/mod.ts";
import { type Activation, activation } from "./activation.ts";
import { add, multiply, scale } from "./arithmetic.ts";
import { activationReference, slopeReference } from "./elementwise_reference.ts";
import { gate } from "./gate.ts";
import { addPositions } from "./positions.ts";

const KINDS = Object.keys(activationReference) as Activation[];

Deno.test("slopeReference equals finite differences of activationReference", () => {
  const x = new TestRandom(1).normals(50, 3);
  for (const kind of KINDS) {
    const total = (v: Float64Array) => v.reduce((sum, at) => sum + activationReference[kind](at), 0);
    assertClose(x.map(slopeReference[kind]), finiteDifferences(total, x), 1e-6, kind);
  }
});

for (const kind of KINDS) {
  gpuTest(`activation() passes gradients of ${kind} on to within 1e-6 of its slope from -100 to 100`, async (gpu) => {
    const x = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) ** 3 / 8e7);
    const input = gpu.upload(x);
    using tape = new Tape(gpu);
    tape.track(input);
    tape.add(tape.recording(() => activation(gpu, input, kind)), gpu.upload(new Float32Array(x.length).fill(1)));
    tape.backward();
    const dx = await gpu.read(tape.takeGradient(input)!);
    x.forEach((v, i) => {
      const expected = slopeReference[kind](v);
      assert.ok(Math.abs(dx[i] - expected) <= 1e-6, `${kind}'(${v}) = ${dx[i]}, expected ${expected}`);
    });
  });
}

for (const count of [1, 3, 4, 1025]) {
  gpuTest(`ops of one element pass gradients on, and add them, for ${count} elements`, async (gpu) => {
    const random = new TestRandom(count);
    const [a, b] = [gpu.upload(random.normals(count)), gpu.upload(random.normals(count))];
    const [x, z] = [await gpu.read(a), await gpu.read(b)];
    const dy = random.normals(count);
    const gradients = async (run: () => void, tape: Tape): Promise<Float32Array[]> => {
      tape.track(a);
      tape.track(b);
      run();
      tape.backward();
      return [await gpu.read(tape.takeGradient(a)!), await gpu.read(tape.takeGradient(b)!)];
    };
    using tape = new Tape(gpu);
    const [da, db] = await gradients(() => {
      const ys = tape.recording(
        () => [add(gpu, a, b), multiply(gpu, a, b), scale(gpu, a, -3), activation(gpu, b, "silu")],
      );
      for (const y of ys) tape.add(y, gpu.upload(dy));
    }, tape);
    assertClose(da, dy.map((g, i) => g * (1 + z[i] - 3)), 1e-6, "a");
    assertClose(db, dy.map((g, i) => g * (1 + x[i] + slopeReference.silu(z[i]))), 1e-6, "b");
  });
}

gpuTest("add() and multiply() take one tensor twice, and add() hands each of two its own gradient", async (gpu) => {
  const random = new TestRandom(2);
  const [a, b] = [gpu.upload(random.normals(5)), gpu.upload(random.normals(5))];
  await assertGradients(gpu, { a }, () => add(gpu, a, a), (v) => [v.a.map((x) => 2 * x)]);
  await assertGradients(gpu, { a }, () => multiply(gpu, a, a), (v) => [v.a.map((x) => x * x)]);
  // The second use of a adds to its gradient in place, which must not be b's.
  await assertGradients(
    gpu,
    { a, b },
    () => {
      const twice = scale(gpu, a, 2);
      return scale(gpu, add(gpu, multiply(gpu, twice, twice), add(gpu, twice, b)), 3);
    },
    (v) => [v.a.map((x, i) => 3 * (4 * x * x + 2 * x + v.b[i]))],
  );
});

gpuTest("ops of one element touch nothing behind a weight's gradient", async (gpu) => {
  const gradients = gpu.upload(new Float32Array(67).fill(7));
  const weight = part(gpu.upload(new Float32Array(67).fill(1)), 64, [2]);
  using tape = new Tape(gpu);
  tape.watch(weight, part(gradients, 64, [2]));
  const y = tape.recording(() => scale(gpu, weight, 5));
  tape.add(y, gpu.upload(Float32Array.of(1, 2)));
  tape.backward();
  const expected = new Float32Array(67).fill(7);
  expected.set([12, 17], 64);
  await assertTensor(gpu, gradients, expected, 0);
});

for (const [stride, xOffset, zOffset, width] of [[16, 0, 8, 8], [13, 2, 7, 5]]) {
  gpuTest(
    `gate() passes gradients on to columns ${xOffset} and ${zOffset} of one tensor, once and twice`,
    async (gpu) => {
      const x = gpu.upload(new TestRandom(stride).normals(7 * stride), [7, stride]);
      const gated = (v: Float64Array) =>
        Float64Array.from({ length: 7 * width }, (_, i) => {
          const start = Math.floor(i / width) * stride + i % width;
          return v[start + xOffset] * activationReference.silu(v[start + zOffset]);
        });
      const run = () => gate(gpu, columns(x, xOffset, width), columns(x, zOffset, width));
      await assertGradients(gpu, { x }, run, (v) => [gated(v.x)]);
      await assertGradients(gpu, { x }, () => [run(), run()], (v) => [gated(v.x), gated(v.x)]);
    },
  );
}

gpuTest("gate() passes gradients on to two tensors, to one of them, and to parts of one buffer", async (gpu) => {
  const random = new TestRandom(8);
  const [x, z] = [gpu.upload(random.normals(12), [3, 4]), gpu.upload(random.normals(12), [3, 4])];
  const fixed = { x: await gpu.read(x), z: await gpu.read(z) };
  const gated = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Float64Array.from({ length: 12 }, (_, i) => a[i] * activationReference.silu(b[i]));
  const run = () => gate(gpu, x, z);
  await assertGradients(gpu, { x, z }, run, (v) => [gated(v.x, v.z)]);
  await assertGradients(gpu, { x }, run, (v) => [gated(v.x, fixed.z)]);
  await assertGradients(gpu, { z }, run, (v) => [gated(fixed.x, v.z)]);
  await assertGradients(gpu, { x }, () => gate(gpu, x, x), (v) => [gated(v.x, v.x)]);
  const sums = gpu.zeros([128]);
  using tape = new Tape(gpu);
  tape.watch(x, part(sums, 0, [3, 4]));
  tape.watch(z, part(sums, 64, [3, 4]));
  tape.add(tape.recording(run), gpu.upload(new Float32Array(12).fill(1), [3, 4]));
  tape.backward();
  const found = await gpu.read(sums);
  assertClose(found.subarray(0, 12), fixed.z.map(activationReference.silu), 1e-6, "x");
  assertClose(found.subarray(64, 76), fixed.x.map((v, i) => v * slopeReference.silu(fixed.z[i])), 1e-6, "z");
});

gpuTest("addPositions() passes its gradient on as it is, or scaled", async (gpu) => {
  const x = gpu.upload(new TestRandom(1).normals(2 * 3 * 4), [2, 3, 4]);
  await assertGradients(gpu, { x }, () => scale(gpu, addPositions(gpu, x, 2), 3), (v) => [v.x.map((a) => 3 * a)]);
  await assertGradients(gpu, { x }, () => addPositions(gpu, x, 2, undefined, 3), (v) => [v.x.map((a) => 3 * a)]);
});
