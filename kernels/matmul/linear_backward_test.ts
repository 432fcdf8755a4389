import assert from "node:assert/strict";
import { columns, part, type Tensor } from "../gpu/mod.ts";
import { Tape } from "../gpu/mod.ts";
import { assertClose } from "../testing/compare.ts";
import { dot, finiteDifferences, gradientsOf } from "../testing/gradient.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import type { Activation } from "./epilogue.ts";
import { linear } from "./matmul.ts";
import { epilogueReference, linearBackwardReference, matmulReference, slopeReference } from "./matmul_reference.ts";

const ACTIVATIONS: readonly Activation[] = ["none", "silu", "gelu", "relu"];

Deno.test("linearBackwardReference() equals finite differences", () => {
  const random = new TestRandom(1);
  const [m, n, k] = [3, 4, 5];
  const [x, w, bias, dy] = [m * k, k * n, n, m * n].map((count) => Float64Array.from(random.normals(count)));
  for (const activation of ACTIVATIONS) {
    const loss = (x: Float64Array, w: Float64Array, b: Float64Array) =>
      dot(epilogueReference(matmulReference(x, w, m, n, k), n, b, activation), dy);
    const { dx, dw, db } = linearBackwardReference({ x, w, bias, dy, activation }, m, n, k);
    assertClose(dx, finiteDifferences((v) => loss(v, w, bias), x), 1e-7, `dx of ${activation}`);
    assertClose(dw, finiteDifferences((v) => loss(x, v, bias), w), 1e-7, `dw of ${activation}`);
    assertClose(db, finiteDifferences((v) => loss(x, w, v), bias), 1e-7, `db of ${activation}`);
  }
});

gpuTest("linear() has the gradients of its reference over ragged shapes", async (gpu) => {
  const random = new TestRandom(2);
  // Few rows and many, which are split; one tile of columns less one, exactly, and more; the last unaligned.
  // One row; tiles of columns less, exactly and more; many rows, which are split, aligned and not.
  const shapes = [[1, 32, 32], [9, 64, 36], [65, 36, 68], [331, 20, 12], [331, 5, 3], [2, 7, 33]];
  for (const [m, n, k] of shapes) {
    using _scope = gpu.scope();
    const activation = "silu";
    const [x, w, bias] = [m * k, k * n, n].map((count) => random.normals(count));
    const inputs = [gpu.upload(x, [m, k]), gpu.upload(w, [k, n]), gpu.upload(bias)];
    const [X, W, B] = inputs;
    const { outputs: [dy], gradients } = await gradientsOf(gpu, inputs, () => linear(gpu, X, W, B, activation));
    const expected = linearBackwardReference({ x, w, bias, dy, activation }, m, n, k);
    const what = `${m}×${k}→${n} ${activation}`;
    assertClose(gradients[0], expected.dx, 2e-6, `dx of ${what}`);
    assertClose(gradients[1], expected.dw, 2e-6, `dw of ${what}`);
    assertClose(gradients[2], expected.db, 2e-6, `db of ${what}`);
  }
});

for (const activation of ACTIVATIONS) {
  gpuTest(`linear() has the gradients of its reference with a residual and ${activation}`, async (gpu) => {
    const random = new TestRandom(3);
    const [m, n, k] = [12, 8, 16];
    const [h, x, v, w, bias] = [m * k, m * k, k * n, k * n, n].map((count) => random.normals(count));
    const inputs = [gpu.upload(h, [m, k]), gpu.upload(x, [m, k]), gpu.upload(v, [k, n]), gpu.upload(w, [k, n])];
    const [H, X, V, W] = inputs;
    const run = () => linear(gpu, X, W, gpu.upload(bias), activation, linear(gpu, H, V));
    const { outputs: [dy], gradients } = await gradientsOf(gpu, inputs, run);
    const residual = linearBackwardReference({ x: h, w: v, dy }, m, n, k);
    const own = linearBackwardReference({ x, w, bias, dy, activation }, m, n, k);
    [residual.dx, own.dx, residual.dw, own.dw].forEach((expected, i) =>
      assertClose(gradients[i], expected, 2e-6, `gradient ${i}`)
    );
  });
}

gpuTest("linear() gives only the gradients that are wanted", async (gpu) => {
  const random = new TestRandom(3);
  const [m, n, k] = [11, 8, 16];
  const [x, w, bias] = [m * k, k * n, n].map((count) => random.normals(count));
  const [X, W, B] = [gpu.upload(x, [m, k]), gpu.upload(w, [k, n]), gpu.upload(bias)];
  for (const activation of ["none", "silu"] as const) {
    for (const [name, input] of [["dx", X], ["dw", W], ["db", B]] as const) {
      const run = () => linear(gpu, X, W, B, activation);
      const { outputs: [dy], gradients: [found] } = await gradientsOf(gpu, [input], run);
      const expected = linearBackwardReference({ x, w, bias, dy, activation }, m, n, k)[name];
      assertClose(found, expected, 2e-6, `${name} alone, ${activation}`);
    }
  }
});

gpuTest("linear() adds to the gradient of columns that are read twice", async (gpu) => {
  const random = new TestRandom(4);
  for (const [m, total, offset, k, n] of [[20, 40, 8, 16, 12], [3, 23, 5, 7, 6]]) {
    using _scope = gpu.scope();
    const wide = random.normals(m * total);
    const [w, v] = [random.normals(k * n), random.normals(k * n)];
    const x = Float32Array.from({ length: m * k }, (_, i) => wide[Math.floor(i / k) * total + offset + i % k]);
    const X = gpu.upload(wide, [m, total]);
    const [W, V] = [gpu.upload(w, [k, n]), gpu.upload(v, [k, n])];
    const { outputs: [dy, dz], gradients: [found, dw] } = await gradientsOf(gpu, [X, W], () => [
      linear(gpu, columns(X, offset, k), W),
      linear(gpu, columns(X, offset, k), V),
    ]);
    const [one, two] = [
      linearBackwardReference({ x, w, dy }, m, n, k),
      linearBackwardReference({ x, w: v, dy: dz }, m, n, k),
    ];
    const expected = new Float64Array(m * total);
    one.dx.forEach((d, i) => expected[Math.floor(i / k) * total + offset + i % k] = d + two.dx[i]);
    assertClose(found, expected, 2e-6, `dx in columns ${offset}..${offset + k} of ${total}`);
    assertClose(dw, one.dw, 2e-6, "dw");
  }
});

gpuTest("linear() adds to gradients of weights that lie in one buffer", async (gpu) => {
  const random = new TestRandom(5);
  for (const [m, n, k] of [[70, 8, 12], [9, 5, 3], [1, 8, 4]]) {
    using _scope = gpu.scope();
    const [x, w, bias, dy] = [m * k, k * n, n, m * n].map((count) => random.normals(count));
    const all = gpu.tensor([512]);
    const gradients = gpu.zeros([512]);
    const start = Math.ceil(k * n / 64) * 64;
    const place = (of: Tensor, shape: readonly number[], at: number) => part(of, at, shape);
    const [W, B] = [place(all, [k, n], 0), place(all, [n], start)];
    gpu.write(W, w);
    gpu.write(B, bias);
    for (let step = 0; step < 2; step++) {
      using tape = new Tape(gpu);
      tape.watch(W, place(gradients, [k, n], 0));
      tape.watch(B, place(gradients, [n], start));
      const y = tape.recording(() => {
        using scope = gpu.scope(); // releases what the tape must hold
        return scope.keep(linear(gpu, gpu.upload(x, [m, k]), W, B, "silu"));
      });
      gpu.tensor([m, k]); // NaN where x was, had the tape not held it
      tape.add(y, gpu.upload(dy, [m, n]));
      const before = gpu.dispatches;
      tape.backward();
      // Silu backward, dW with the sums, their second stage; and two tensors poisoned.
      assert.equal(gpu.dispatches - before, 5);
    }
    const { dw, db } = linearBackwardReference({ x, w, bias, dy, activation: "silu" }, m, n, k);
    const found = await gpu.read(gradients);
    const expected = new Float64Array(512);
    dw.forEach((d, i) => expected[i] = 2 * d);
    db.forEach((d, i) => expected[start + i] = 2 * d);
    assertClose(found, expected, 2e-6, `${m}×${k}→${n}`);
  }
});

gpuTest("linear() with its input as the residual sums both gradients", async (gpu) => {
  const random = new TestRandom(6);
  const [m, n] = [10, 8];
  const [x, w] = [random.normals(m * n), random.normals(n * n)];
  const X = gpu.upload(x, [m, n]);
  const run = () => linear(gpu, X, gpu.upload(w, [n, n]), gpu.zeros([n]), "gelu", X);
  const { outputs: [dy], gradients: [found] } = await gradientsOf(gpu, [X], run);
  const { dx } = linearBackwardReference({ x, w, dy, activation: "gelu" }, m, n, n);
  assertClose(found, dx.map((d, i) => d + dy[i]), 2e-6);
});

gpuTest("linear() of no rows has weights' gradients of zero", async (gpu) => {
  const [W, B] = [gpu.zeros([4, 8]), gpu.zeros([8])];
  const { gradients } = await gradientsOf(gpu, [W, B], () => linear(gpu, gpu.tensor([0, 4]), W, B));
  assert.ok(gradients.every((gradient) => gradient.every((d) => d === 0)));
});

gpuTest("linear() keeps the slopes of activations finite and exact in their tails", async (gpu) => {
  const x = Float32Array.from([-1000, -90, -13, -12, -6, -3, -1, -1e-3, 1e-3, 1, 3, 6, 12, 13, 90, 1000]);
  const identity = Float32Array.from({ length: 64 }, (_, i) => Number(i % 9 === 0));
  for (const activation of ["silu", "gelu", "relu"] as const) {
    using _scope = gpu.scope();
    const X = gpu.upload(x, [2, 8]);
    const [one, zero] = [gpu.upload(identity, [8, 8]), gpu.zeros([8])];
    const run = () => linear(gpu, X, one, zero, activation, gpu.zeros([2, 8]));
    const { outputs: [dy], gradients: [found] } = await gradientsOf(gpu, [X], run);
    x.forEach((at, i) => {
      const expected = dy[i] * slopeReference[activation](at);
      assert.ok(
        Math.abs(found[i] - expected) <= 2e-5 * Math.abs(expected) + 1e-30,
        `${activation}′(${at})·${dy[i]} = ${found[i]}, not ${expected}`,
      );
    });
  }
});

gpuTest("linear() computes the same under a tape", async (gpu) => {
  const random = new TestRandom(7);
  for (const m of [3, 20]) {
    const [X, W] = [gpu.upload(random.normals(m * 8), [m, 8]), gpu.upload(random.normals(8 * 12), [8, 12])];
    const B = gpu.upload(random.normals(12));
    const R = gpu.upload(random.normals(m * 12), [m, 12]);
    const expected = await gpu.read(linear(gpu, X, W, B, "silu", R));
    using tape = new Tape(gpu);
    tape.track(X);
    const y = tape.recording(() => linear(gpu, X, W, B, "silu", R));
    await assertTensor(gpu, y, expected, 1e-6, `${m} rows`);
  }
});
