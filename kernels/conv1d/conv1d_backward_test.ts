import assert from "node:assert/strict";
import { part, Tape } from "../gpu/mod.ts";
import { lengths } from "../lengths.ts";
import type { Activation } from "../matmul/epilogue.ts";
import { activationReference } from "../matmul/matmul_reference.ts";
import { assertClose } from "../testing/compare.ts";
import { assertGradients, dot, finiteDifferences, gradientsOf } from "../testing/gradient.ts";
import { gpuTest, TestRandom } from "../testing/mod.ts";
import { conv1d, convOutputLength } from "./conv1d.ts";
import { conv1dBackwardReference, conv1dReference } from "./conv1d_reference.ts";

type Shape = readonly [sequences: number, frames: number, channels: number];

Deno.test("conv1dBackwardReference() equals finite differences", () => {
  const random = new TestRandom(1);
  const shape: Shape = [3, 7, 2];
  const options = { stride: 2, padLeft: 1, outFrames: 4 };
  const valid = { input: [7, 0, 4], output: [4, 0, 2] };
  const [x, weight, bias, dPre] = [42, 18, 3, 36].map((count) => Float64Array.from(random.normals(count)));
  const loss = (x: Float64Array, w: Float64Array, b: Float64Array) =>
    dot(conv1dReference(x, shape, w, b, options, valid), dPre);
  const { dx, dw, db } = conv1dBackwardReference(x, shape, weight, dPre, options, valid);
  assertClose(dx, finiteDifferences((v) => loss(v, weight, bias), x), 1e-8, "dx");
  assertClose(dw, finiteDifferences((v) => loss(x, v, bias), weight), 1e-8, "dw");
  assertClose(db, finiteDifferences((v) => loss(x, weight, v), bias), 1e-8, "db");
});

gpuTest("conv1d() has the gradients of its reference over ragged shapes, strides and paddings", async (gpu) => {
  const random = new TestRandom(2);
  for (
    const [sequences, frames, channels, kernel, stride, padLeft, outChannels] of [
      [1, 1, 4, 3, 2, 1, 8],
      [3, 17, 4, 3, 2, 1, 8],
      [2, 70, 12, 3, 2, 1, 36],
      [5, 13, 20, 4, 2, 0, 12],
      [2, 33, 8, 3, 1, 2, 16],
      [2, 31, 3, 5, 3, 4, 5],
      [2, 11, 5, 1, 3, 1, 7],
    ]
  ) {
    using _scope = gpu.scope();
    const outFrames = convOutputLength(frames, kernel, stride, padLeft, 1);
    const shape: Shape = [sequences, frames, channels];
    const x = random.normals(sequences * frames * channels);
    const weight = random.normals(kernel * channels * outChannels);
    const options = { stride, padLeft, outFrames };
    const inputs = [
      gpu.upload(x, shape),
      gpu.upload(weight, [kernel * channels, outChannels]),
      gpu.upload(random.normals(outChannels)),
    ];
    const [X, W, B] = inputs;
    const { outputs: [dy], gradients } = await gradientsOf(gpu, inputs, () => conv1d(gpu, X, W, B, options));
    const { dx, dw, db } = conv1dBackwardReference(x, shape, weight, dy, options);
    const what = `${shape.join("×")} → ${outChannels}, kernel ${kernel}, stride ${stride}`;
    assertClose(gradients[0], dx, 2e-6, `dx of ${what}`);
    assertClose(gradients[1], dw, 2e-6, `dw of ${what}`);
    assertClose(gradients[2], db, 2e-6, `db of ${what}`);
  }
});

gpuTest("conv1d() has the gradients of its activations", async (gpu) => {
  const random = new TestRandom(3);
  const shape: Shape = [2, 5, 4];
  const options = { stride: 2, padLeft: 1, outFrames: 3 };
  const [x, w, b] = [
    gpu.upload(random.normals(40), shape),
    gpu.upload(random.normals(48), [12, 4]),
    gpu.upload(random.normals(4)),
  ];
  for (const activation of ["silu", "gelu"] as const) {
    await assertGradients(
      gpu,
      { x, w, b },
      () => conv1d(gpu, x, w, b, { ...options, activation }),
      ({ x, w, b }) => [conv1dReference(x, shape, w, b, options).map(activationReference[activation])],
    );
  }
});

for (const [channels, outChannels] of [[4, 8], [3, 5]]) {
  for (const activation of ["silu", "none"] satisfies Activation[]) {
    gpuTest(`conv1d() keeps padding out of gradients with ${channels} channels and ${activation}`, async (gpu) => {
      const random = new TestRandom(4);
      const valid = { input: [11, 0, 1, 6], output: [6, 0, 1, 3] };
      const shape: Shape = [4, 11, channels];
      const options = { stride: 2, padLeft: 1, outFrames: 6 };
      const x = random.normals(4 * 11 * channels);
      const weight = random.normals(3 * channels * outChannels);
      const bias = random.normals(outChannels);
      const dy = random.normals(4 * 6 * outChannels);
      const pre = conv1dReference(x, shape, weight, bias, options, valid);
      const slope = (v: number) =>
        activation === "silu" ? finiteDifferences(([u]) => u / (1 + Math.exp(-u)), [v])[0] : 1;
      const expected = conv1dBackwardReference(x, shape, weight, pre.map((v, i) => dy[i] * slope(v)), options, valid);
      x.forEach((_, i) => {
        if (Math.floor(i / channels) % 11 >= valid.input[Math.floor(i / channels / 11)]) x[i] = NaN;
      });
      dy.forEach((_, i) => {
        if (Math.floor(i / outChannels) % 6 >= valid.output[Math.floor(i / outChannels / 6)]) dy[i] = NaN;
      });
      gpu.trim(); // so that what is released is what the next tensor gets
      using tape = new Tape(gpu);
      const X = gpu.upload(x, shape);
      tape.track(X);
      const weights = gpu.upload(new Float32Array(256));
      const gradients = gpu.zeros([256]);
      const [W, B] = [part(weights, 0, [3 * channels, outChannels]), part(weights, 128, [outChannels])];
      gpu.write(W, weight);
      gpu.write(B, bias);
      tape.watch(W, part(gradients, 0, W.shape));
      tape.watch(B, part(gradients, 128, B.shape));
      const run = () => {
        using scope = gpu.scope(); // releases what the tape must hold
        return scope.keep(
          conv1d(gpu, X, W, B, {
            ...{ ...options, activation },
            lengths: { input: lengths(gpu, valid.input, 11), output: lengths(gpu, valid.output, 6) },
          }),
        );
      };
      const [y, z] = tape.recording(() => [run(), run()]); // twice, so that the second adds
      for (let i = 0; i < 4; i++) gpu.tensor([4]); // junk where lengths were, had the tape not held them
      for (const output of [y, z]) tape.add(output, gpu.upload(dy, y.shape));
      tape.backward();
      const found = await gpu.read(tape.takeGradient(X)!);
      assertClose(found, expected.dx.map((d) => 2 * d), 1e-5, "dx");
      found.forEach((d, i) => assert.ok(!Number.isNaN(x[i]) || d === 0, `padding has the gradient ${d}`));
      const flat = new Float64Array(256);
      flat.set(expected.dw.map((d) => 2 * d));
      flat.set(expected.db.map((d) => 2 * d), 128);
      assertClose(await gpu.read(gradients), flat, 1e-5, "dw and db");
    });
  }
}
