import assert from "node:assert/strict";
import { lengths } from "../lengths.ts";
import { activationReference } from "../matmul/matmul_reference.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { conv1d, convOutputLength } from "./conv1d.ts";
import { conv1dReference } from "./conv1d_reference.ts";

gpuTest("conv1d() equals its definition over ragged shapes, strides and paddings", async (gpu) => {
  const random = new TestRandom(1);
  for (
    const [sequences, frames, channels, kernel, stride, padLeft, outChannels] of [
      [1, 1, 1, 1, 1, 0, 1],
      [1, 1, 4, 3, 2, 1, 8],
      [2, 2, 4, 3, 2, 1, 8],
      [3, 17, 4, 3, 2, 1, 8],
      [2, 33, 8, 3, 1, 2, 16],
      [2, 31, 3, 5, 3, 4, 5],
      [1, 65, 5, 2, 2, 0, 7],
      [5, 13, 20, 3, 2, 0, 12],
    ]
  ) {
    using _scope = gpu.scope();
    const outFrames = convOutputLength(frames, kernel, stride, padLeft, 1);
    const shape = [sequences, frames, channels] as const;
    const x = random.normals(sequences * frames * channels);
    const weight = random.normals(kernel * channels * outChannels);
    const bias = random.normals(outChannels);
    const options = { stride, padLeft, outFrames };
    const y = conv1d(
      gpu,
      gpu.upload(x, shape),
      gpu.upload(weight, [kernel * channels, outChannels]),
      gpu.upload(bias),
      options,
    );
    assert.deepEqual(y.shape, [sequences, outFrames, outChannels]);
    await assertTensor(gpu, y, conv1dReference(x, shape, weight, bias, options), 2e-6, shape.join("×"));
  }
});

for (const channels of [4, 3]) {
  gpuTest(`conv1d() keeps padding out and its rows zero with ${channels} channels`, async (gpu) => {
    const random = new TestRandom(2);
    const input = [11, 0, 1, 7];
    const output = input.map((frames) => convOutputLength(frames, 3, 2, 1, 1));
    const shape = [input.length, 11, channels] as const;
    const x = random.normals(shape[0] * shape[1] * channels);
    for (let i = 0; i < x.length; i++) {
      if (Math.floor(i / channels) % 11 >= input[Math.floor(i / channels / 11)]) x[i] = NaN;
    }
    const weight = random.normals(3 * channels * 8);
    const bias = random.normals(8);
    const options = { stride: 2, padLeft: 1, outFrames: 6 };
    const y = conv1d(gpu, gpu.upload(x, shape), gpu.upload(weight, [3 * channels, 8]), gpu.upload(bias), {
      ...options,
      activation: "silu",
      lengths: { input: lengths(gpu, input, 11), output: lengths(gpu, output, 6) },
    });
    const sums = conv1dReference(x, shape, weight, bias, options, { input, output });
    await assertTensor(gpu, y, sums.map((v) => v === 0 ? 0 : activationReference.silu(v)));
  });
}

gpuTest("conv1d() in chunks that begin with the last frames of the one before equals one pass", async (gpu) => {
  const random = new TestRandom(3);
  const [frames, channels, outChannels, kernel, stride] = [24, 4, 8, 3, 2];
  const x = random.normals(frames * channels);
  const weight = gpu.upload(random.normals(kernel * channels * outChannels), [kernel * channels, outChannels]);
  const bias = gpu.upload(random.normals(outChannels));
  const whole = await gpu.read(
    conv1d(gpu, gpu.upload(x, [1, frames, channels]), weight, bias, { stride, padLeft: 1, outFrames: 12 }),
  );
  // The carried state is the kernel − stride last frames: at the start, the one frame of zeros that padLeft stands for.
  const padded = new Float32Array((frames + 1) * channels);
  padded.set(x, channels);
  for (let first = 0; first < frames; first += 8) {
    const chunk = gpu.upload(padded.slice(first * channels, (first + 9) * channels), [1, 9, channels]);
    const y = await gpu.read(conv1d(gpu, chunk, weight, bias, { stride, padLeft: 0, outFrames: 4 }));
    assert.deepEqual([...y], [...whole.slice(first / 2 * outChannels, (first / 2 + 4) * outChannels)]);
  }
});

Deno.test("convOutputLength() counts the windows that begin inside", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((t) => convOutputLength(t, 3, 2, 1, 1)), [0, 1, 1, 2, 2, 3]);
  assert.equal(convOutputLength(10, 3, 1, 2, 0), 10);
  assert.equal(convOutputLength(2, 5, 1, 0, 0), 0);
});

gpuTest("conv1d() names what does not fit", async (gpu) => {
  const x = gpu.zeros([1, 8, 3]);
  const options = { stride: 2, padLeft: 1, outFrames: 4 };
  assert.throws(
    () => conv1d(gpu, x, gpu.zeros([8, 4]), undefined, options),
    /weight \[8, 4\] is not \[kernel·3, c_out\]/,
  );
  assert.throws(() => conv1d(gpu, x, gpu.zeros([9, 4]), gpu.zeros([3]), options), /conv1d bias: expected \[4\]/);
  assert.throws(() => conv1d(gpu, x, gpu.zeros([9, 4]), undefined, { ...options, stride: 0 }), /stride 0/);
  assert.throws(() => conv1d(gpu, gpu.zeros([8, 3]), gpu.zeros([9, 4]), undefined, options), /conv1d x: expected/);
  await gpu.idle();
});
