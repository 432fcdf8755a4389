import assert from "node:assert/strict";
import { type Gpu, part, Tape, type Tensor } from "../gpu/mod.ts";
import { lengths } from "../lengths.ts";
import { assertClose, assertGradients, dot, finiteDifferences, gpuTest, TestRandom } from "../testing/mod.ts";
import { layerNorm } from "./layer_norm.ts";
import { layerNormReference, normBackwardReference, rmsNormReference } from "./norm_reference.ts";
import { rmsNorm } from "./rms_norm.ts";

for (const centred of [true, false]) {
  const name = centred ? "layerNorm" : "rmsNorm";
  const forward = (x: ArrayLike<number>, gamma: ArrayLike<number>, beta: ArrayLike<number>) =>
    centred ? layerNormReference(x, gamma, beta) : rmsNormReference(x, gamma);

  Deno.test(`normBackwardReference() equals finite differences of ${name}'s reference`, () => {
    const random = new TestRandom(2);
    const [x, gamma, beta, dy] = [21, 7, 7, 21].map((n) => random.normals(n));
    const found = normBackwardReference(x, gamma, dy, centred);
    assertClose(found.x, finiteDifferences((v) => dot(forward(v, gamma, beta), dy), x), 1e-8, "x");
    assertClose(found.gamma, finiteDifferences((v) => dot(forward(x, v, beta), dy), gamma), 1e-8, "gamma");
    if (centred) assertClose(found.beta, finiteDifferences((v) => dot(forward(x, gamma, v), dy), beta), 1e-8, "beta");
  });

  const run = (gpu: Gpu, x: Tensor, gamma: Tensor, beta: Tensor) =>
    centred ? layerNorm(gpu, x, gamma, beta) : rmsNorm(gpu, x, gamma);

  for (
    const [rows, width] of [[1, 1], [2, 31], [5, 257], [37, 20], [7, 512], [2, 2052]]
  ) {
    gpuTest(`${name}() passes gradients on as its reference does, ${rows} rows of ${width}`, async (gpu) => {
      const random = new TestRandom(rows * 1000 + width);
      const host = { x: random.normals(rows * width).map((v) => 3 + v), gamma: random.normals(width) };
      const dy = random.normals(rows * width);
      const x = gpu.upload(host.x, [rows, width]);
      const [gamma, beta] = [gpu.upload(host.gamma), gpu.zeros([width])];
      const expected = normBackwardReference(host.x, host.gamma, dy, centred);
      using tape = new Tape(gpu);
      for (const tensor of [x, gamma, beta]) tape.track(tensor);
      tape.add(tape.recording(() => run(gpu, x, gamma, beta)), gpu.upload(dy, [rows, width]));
      tape.backward();
      // Of one element nothing is left of x's gradient but rounding.
      if (width > 1) assertClose(await gpu.read(tape.takeGradient(x)!), expected.x, 3e-6, "x");
      assertClose(await gpu.read(tape.takeGradient(gamma)!), expected.gamma, 3e-6, "gamma");
      if (centred) assertClose(await gpu.read(tape.takeGradient(beta)!), expected.beta, 3e-6, "beta");
    });
  }

  gpuTest(`${name}() takes several rounds a workgroup when rows are many`, async (gpu) => {
    const [rows, width] = [32 * 256 * 2 + 5, 4];
    const random = new TestRandom(1);
    const host = { x: random.normals(rows * width), gamma: random.normals(width) };
    const dy = random.normals(rows * width);
    const [x, gamma] = [gpu.upload(host.x, [rows, width]), gpu.upload(host.gamma)];
    const beta = gpu.zeros([width]);
    const expected = normBackwardReference(host.x, host.gamma, dy, centred);
    using tape = new Tape(gpu);
    for (const tensor of [x, gamma, beta]) tape.track(tensor);
    tape.add(tape.recording(() => run(gpu, x, gamma, beta)), gpu.upload(dy, [rows, width]));
    tape.backward();
    assertClose(await gpu.read(tape.takeGradient(x)!), expected.x, 3e-6, "x");
    assertClose(await gpu.read(tape.takeGradient(gamma)!), expected.gamma, 3e-6, "gamma");
    if (centred) assertClose(await gpu.read(tape.takeGradient(beta)!), expected.beta, 3e-6, "beta");
  });

  for (const width of [6, 64]) {
    gpuTest(
      `${name}() gives padding no gradient and reads none, rows of ${width}, weights in one buffer`,
      async (gpu) => {
        const [host, time] = [[5, 0, 2], 5];
        const count = host.length * time * width;
        const random = new TestRandom(width);
        const [x, dy, weights] = [random.normals(count), random.normals(count), random.normals(128)];
        const before = random.normals(256);
        host.forEach((n, b) => [x, dy].forEach((v) => v.fill(0, (b * time + n) * width, (b + 1) * time * width)));
        const expected = normBackwardReference(x, weights.subarray(0, width), dy, centred);
        host.forEach((n, b) => [x, dy].forEach((v) => v.fill(NaN, (b * time + n) * width, (b + 1) * time * width)));
        const input = gpu.upload(x, [3, time, width]);
        const all = gpu.upload(weights);
        const sums = gpu.upload(before);
        const [gamma, beta] = [part(all, 0, [width]), part(all, 64, [width])];
        using tape = new Tape(gpu);
        tape.track(input);
        tape.watch(gamma, part(sums, 128, [width])); // in another order than the weights
        tape.watch(beta, part(sums, 0, [width]));
        const real = lengths(gpu, host, time);
        const y = tape.recording(() =>
          centred ? layerNorm(gpu, input, gamma, beta, real) : rmsNorm(gpu, input, gamma, real)
        );
        tape.add(y, gpu.upload(dy, y.shape));
        const dispatches = gpu.dispatches;
        tape.backward();
        const poisons = 2; // of dx and of the partial sums
        assert.equal(gpu.dispatches - dispatches - poisons, 2);
        assertClose(await gpu.read(tape.takeGradient(input)!), expected.x, 3e-6, "x");
        const after = before.slice();
        for (let i = 0; i < width; i++) {
          after[128 + i] += expected.gamma[i];
          if (centred) after[i] += expected.beta[i];
        }
        assertClose(await gpu.read(sums), after, 1e-6, "weights");
      },
    );
  }

  gpuTest(`${name}() adds to gradients that its input and weights have already`, async (gpu) => {
    const random = new TestRandom(5);
    const inputs = {
      x: gpu.upload(random.normals(3 * 8), [3, 8]),
      gamma: gpu.upload(random.normals(8)),
      beta: gpu.upload(random.normals(8)),
    };
    const { x, gamma, beta } = inputs;
    await assertGradients(
      gpu,
      centred ? inputs : { x, gamma },
      () => [run(gpu, x, gamma, beta), run(gpu, x, gamma, beta)],
      (v) => [forward(v.x, v.gamma, v.beta), forward(v.x, v.gamma, v.beta)],
    );
  });

  for (const wanted of ["x", "gamma"] as const) {
    gpuTest(`${name}() computes the gradient of ${wanted} alone`, async (gpu) => {
      const random = new TestRandom(6);
      const x = gpu.upload(random.normals(9 * 12), [9, 12]);
      const [gamma, beta] = [gpu.upload(random.normals(12)), gpu.upload(random.normals(12))];
      const fixed = { x: await gpu.read(x), gamma: await gpu.read(gamma), beta: await gpu.read(beta) };
      await assertGradients(
        gpu,
        { [wanted]: wanted === "x" ? x : gamma },
        () => run(gpu, x, gamma, beta),
        (v) => [forward(v.x ?? fixed.x, v.gamma ?? fixed.gamma, fixed.beta)],
      );
    });
  }
}
