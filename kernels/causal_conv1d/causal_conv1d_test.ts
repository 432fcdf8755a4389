import assert from "node:assert/strict";
import { columns, type Gpu, type Tensor } from "../gpu/mod.ts";
import { lengths } from "../lengths.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { causalConv1d, type CausalConv1dOptions } from "./causal_conv1d.ts";
import { causalConv1dStep } from "./causal_conv1d_step.ts";
import { type CausalConv1dArrays, causalConv1dReference } from "./causal_conv1d_reference.ts";

interface Case {
  readonly batch?: number;
  readonly length: number;
  readonly channels?: number;
  readonly taps?: number;
  readonly silu?: boolean;
  readonly lengths?: readonly number[];
  readonly reverse?: boolean;
  readonly state?: boolean;
}

function draw(seed: number, { batch = 1, length, channels = 5, taps = 4, ...rest }: Case): CausalConv1dArrays {
  const random = new TestRandom(seed);
  return {
    batch,
    length,
    channels,
    x: random.normals(batch * length * channels, 3),
    weight: random.normals(taps * channels),
    bias: random.normals(channels),
    ...rest,
    state: rest.state ? random.normals(batch * (taps - 1) * channels) : undefined,
  };
}

function upload(
  gpu: Gpu,
  c: CausalConv1dArrays,
): { x: Tensor; weight: Tensor; bias: Tensor; options: CausalConv1dOptions } {
  const { batch, length, channels } = c;
  const taps = c.weight.length / channels;
  const x = Float32Array.from(c.x);
  c.lengths?.forEach((valid, b) => x.fill(NaN, (b * length + valid) * channels, (b + 1) * length * channels));
  return {
    x: x.length > 0 ? gpu.upload(x, [batch, length, channels]) : gpu.tensor([batch, length, channels]),
    weight: gpu.upload(Float32Array.from(c.weight), [taps, channels]),
    bias: gpu.upload(Float32Array.from(c.bias)),
    options: {
      silu: c.silu ?? false,
      reverse: c.reverse ?? false,
      ...(c.lengths && { lengths: lengths(gpu, c.lengths, length) }),
      ...(c.state && { state: gpu.upload(Float32Array.from(c.state), [batch, taps - 1, channels]) }),
      wantFinalState: true,
    },
  };
}

const cases: [string, Case][] = [
  ...[1, 2, 3, 7, 8, 9, 29].map((length): [string, Case] => [`${length} rows`, { length, silu: true }]),
  ["no rows", { length: 0, state: true }],
  ["137 channels", { length: 10, channels: 137, batch: 2 }],
  ["2 taps", { length: 9, taps: 2, state: true }],
  ["3 taps in reverse", { length: 17, taps: 3, state: true, reverse: true }],
  ["ragged lengths", { batch: 3, length: 11, lengths: [11, 0, 1], silu: true, state: true }],
  ["ragged lengths in reverse", { batch: 3, length: 13, lengths: [8, 13, 2], silu: true, reverse: true, state: true }],
  ["ragged lengths in reverse from zero", { batch: 2, length: 9, lengths: [0, 9], reverse: true }],
];
cases.forEach(([what, test], i) =>
  gpuTest(`causalConv1d() equals its reference for ${what}`, async (gpu) => {
    const arrays = draw(i, test);
    const { x, weight, bias, options } = upload(gpu, arrays);
    const expected = causalConv1dReference(arrays);
    const { y, finalState } = causalConv1d(gpu, x, weight, bias, options);
    await assertTensor(gpu, y, expected.y, 2e-6, "y");
    await assertTensor(gpu, finalState!, expected.finalState, 0, "final state");
    const { finalState: unwanted } = causalConv1d(gpu, x, weight, bias, { ...options, wantFinalState: false });
    assert.equal(unwanted, undefined);
  })
);

gpuTest("causalConv1d() and causalConv1dStep() in pieces of columns equal one pass", async (gpu) => {
  const arrays = draw(1, { batch: 2, length: 23, channels: 67, silu: true, state: true });
  const { x, weight, bias, options } = upload(gpu, arrays);
  const expected = causalConv1dReference(arrays);
  const whole = gpu.tensor([2, 23, 67]);
  let state = options.state!;
  let from = 0;
  for (
    const [count, stepped] of [[1, false], [11, false], [0, false], [2, true], [1, true], [1, false], [
      7,
      true,
    ]] as const
  ) {
    // The piece is columns 3 … 69 of a tensor that holds NaN elsewhere.
    const wide = gpu.tensor([2, count, 71]);
    for (let row = 0; row < 2 * count; row++) {
      const source = Math.floor(row / count) * 23 + from + row % count;
      gpu.copy(x, source * 67, wide, row * 71 + 3, 67);
    }
    const piece = columns(wide, 3, 67);
    const { y, finalState = state } = stepped
      ? { y: causalConv1dStep(gpu, piece, weight, bias, state, { silu: true }) }
      : causalConv1d(gpu, piece, weight, bias, { ...options, state });
    state = finalState;
    for (let b = 0; b < 2; b++) gpu.copy(y, b * count * 67, whole, (b * 23 + from) * 67, count * 67);
    from += count;
  }
  assert.equal(from, 23);
  await assertTensor(gpu, whole, expected.y);
  await assertTensor(gpu, state, expected.finalState, 0);
});

gpuTest("causalConv1d() applies SiLU to values that would overflow", async (gpu) => {
  const arrays: CausalConv1dArrays = {
    batch: 1,
    length: 2,
    channels: 4,
    x: Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0),
    weight: new Float32Array(8),
    bias: Float32Array.of(-1000, -90, 90, 1000),
    silu: true,
  };
  const { x, weight, bias, options } = upload(gpu, arrays);
  await assertTensor(gpu, causalConv1d(gpu, x, weight, bias, options).y, causalConv1dReference(arrays).y);
});

gpuTest("causalConv1d() names the input that does not fit", async (gpu) => {
  const { x, weight, bias } = upload(gpu, draw(1, { length: 3, taps: 4 }));
  assert.throws(() => causalConv1d(gpu, x, gpu.tensor([5, 5]), bias), /weight: expected 2 to 4 taps, got f32 \[5, 5\]/);
  assert.throws(() => causalConv1d(gpu, x, weight, gpu.tensor([4])), /bias: expected \[5\]/);
  assert.throws(() => causalConv1dStep(gpu, x, weight, bias, gpu.tensor([1, 4, 5])), /state: expected \[1, 3, 5\]/);
  await Promise.resolve();
});
