import assert from "node:assert/strict";
import { columns, type Gpu, part, Tape, type Tensor } from "../gpu/mod.ts";
import { lengths } from "../lengths.ts";
import { assertClose } from "../testing/compare.ts";
import { dot, finiteDifferences } from "../testing/gradient.ts";
import { gpuTest, TestRandom } from "../testing/mod.ts";
import { causalConv1d } from "./causal_conv1d.ts";
import {
  type CausalConv1dArrays,
  causalConv1dBackwardReference,
  causalConv1dReference,
} from "./causal_conv1d_reference.ts";

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

interface Drawn extends CausalConv1dArrays {
  readonly dy: Float32Array;
  readonly dFinal: Float32Array;
}

function draw(seed: number, { batch = 1, length, channels = 5, taps = 4, ...rest }: Case): Drawn {
  const random = new TestRandom(seed);
  const past = batch * (taps - 1) * channels;
  return {
    ...{ batch, length, channels },
    x: random.normals(batch * length * channels, 2),
    weight: random.normals(taps * channels),
    bias: random.normals(channels),
    ...rest,
    state: rest.state ? random.normals(past) : undefined,
    dy: random.normals(batch * length * channels),
    dFinal: random.normals(past),
  };
}

Deno.test("causalConv1dBackwardReference() equals finite differences", () => {
  for (const [seed, reverse] of [[1, false], [2, true]] as const) {
    const drawn = draw(seed, {
      batch: 3,
      length: 5,
      channels: 2,
      lengths: [5, 1, 0],
      silu: true,
      reverse,
      state: true,
    });
    const found = causalConv1dBackwardReference(drawn, drawn.dy, drawn.dFinal);
    const loss = (changed: Partial<CausalConv1dArrays>) => {
      const { y, finalState } = causalConv1dReference({ ...drawn, ...changed });
      return dot(y, drawn.dy) + dot(finalState, drawn.dFinal);
    };
    assertClose(found.dx, finiteDifferences((x) => loss({ x }), drawn.x), 1e-8, "dx");
    assertClose(found.dWeight, finiteDifferences((weight) => loss({ weight }), drawn.weight), 1e-8, "dweight");
    assertClose(found.dBias, finiteDifferences((bias) => loss({ bias }), drawn.bias), 1e-8, "dbias");
    assertClose(found.dState, finiteDifferences((state) => loss({ state }), drawn.state!), 1e-8, "dstate");
  }
});

/** A row of `stride` columns for each of `values`' rows, those from `at` on being theirs and the others 1. */
function widened(values: ArrayLike<number>, width: number, stride: number, at: number): Float32Array {
  const wide = new Float32Array(values.length / width * stride).fill(1);
  for (let i = 0; i < values.length; i++) wide[Math.floor(i / width) * stride + at + i % width] = values[i];
  return wide;
}

/** Two uses of columns of a wider x and one state, so that the second adds; NaN in the padding of x and dy. */
async function check(gpu: Gpu, drawn: Drawn): Promise<void> {
  const { batch, length, channels, weight, bias, silu = false, reverse = false } = drawn;
  const taps = weight.length / channels;
  const [x, dy] = [Float32Array.from(drawn.x), Float32Array.from(drawn.dy)];
  drawn.lengths?.forEach((valid, b) => {
    for (const values of [x, dy]) values.fill(NaN, (b * length + valid) * channels, (b + 1) * length * channels);
  });
  const [stride, at] = [channels + 3, 2];
  gpu.trim(); // so that what is released is what the next tensor gets
  using tape = new Tape(gpu);
  const wide = widened(x, channels, stride, at);
  const X = gpu.tensor([batch, length, stride]);
  gpu.write(X, wide);
  const start = Math.ceil(taps * channels / 64) * 64;
  const [weights, gradients] = [gpu.zeros([2 * start + 64]), gpu.zeros([2 * start + 64])];
  const place = (all: Tensor) => [part(all, 0, [taps, channels]), part(all, start, [channels])];
  const [W, B] = place(weights);
  gpu.write(W, Float32Array.from(weight));
  gpu.write(B, Float32Array.from(bias));
  place(gradients).forEach((gradient, i) => tape.watch([W, B][i], gradient));
  const state = drawn.state && gpu.upload(Float32Array.from(drawn.state), [batch, taps - 1, channels]);
  tape.track(X);
  if (state) tape.track(state);
  const run = (wantFinalState: boolean) => {
    using scope = gpu.scope(); // releases what the tape must hold
    const made = causalConv1d(gpu, columns(X, at, channels), W, B, {
      ...{ silu, reverse, wantFinalState },
      ...(drawn.lengths && { lengths: lengths(gpu, drawn.lengths, length) }),
      ...(state && { state }),
    });
    scope.keep(made.y, ...(made.finalState ? [made.finalState] : []));
    return made;
  };
  const [one, two] = tape.recording(() => [run(false), run(true)]);
  for (let i = 0; i < 2; i++) gpu.tensor([batch]); // junk where lengths were, had the tape not held them
  tape.add(one.y, gpu.upload(dy, one.y.shape));
  tape.add(two.y, gpu.upload(dy, one.y.shape));
  tape.add(two.finalState!, gpu.upload(drawn.dFinal, two.finalState!.shape));
  tape.backward();

  const once = causalConv1dBackwardReference(drawn, drawn.dy);
  const twice = causalConv1dBackwardReference(drawn, drawn.dy, drawn.dFinal);
  const sum = (name: keyof typeof once) => once[name].map((v, i) => v + twice[name][i]);
  const expected = widened(sum("dx"), channels, stride, at).map((v, i) =>
    i % stride < at || i % stride >= at + channels ? 0 : v
  );
  const found = await gpu.read(tape.takeGradient(X)!);
  assertClose(found, expected, 2e-6, "dx");
  found.forEach((d, i) => assert.ok(!Number.isNaN(wide[i]) || d === 0, `padding has the gradient ${d}`));
  if (state) assertClose(await gpu.read(tape.takeGradient(state)!), sum("dState"), 2e-6, "dstate");
  const flat = new Float64Array(2 * start + 64);
  flat.set(sum("dWeight"));
  flat.set(sum("dBias"), start);
  assertClose(await gpu.read(gradients), flat, 2e-6, "dweight and dbias");
}

const cases: [string, Case][] = [
  ...[1, 3, 8, 9, 65].map((length): [string, Case] => [`${length} rows`, { length, silu: true }]),
  ["several blocks", { batch: 2, length: 131, channels: 33, silu: true }],
  ["several blocks a workgroup", { batch: 4, length: 401, channels: 70, taps: 2, silu: true }],
  ["no rows", { length: 0, silu: true, state: true }],
  ["2 taps without silu", { length: 9, taps: 2, state: true }],
  ["3 taps in reverse", { length: 17, taps: 3, state: true, reverse: true }],
  ["ragged lengths", { batch: 4, length: 70, lengths: [70, 0, 1, 64], silu: true, state: true }],
  ["ragged lengths in reverse", { batch: 3, length: 13, lengths: [8, 13, 2], silu: true, reverse: true, state: true }],
  ["ragged lengths in reverse from zero", { batch: 2, length: 9, lengths: [0, 9], silu: true, reverse: true }],
];
cases.forEach(([what, test], i) =>
  gpuTest(`causalConv1d() has the gradients of its reference for ${what}`, (gpu) => check(gpu, draw(i, test)))
);

gpuTest("causalConv1d() passes on the gradient of its final state alone", async (gpu) => {
  const drawn = draw(3, { length: 6 });
  const x = gpu.upload(Float32Array.from(drawn.x), [1, 6, 5]);
  using tape = new Tape(gpu);
  tape.track(x);
  const [weight, bias] = [
    gpu.upload(Float32Array.from(drawn.weight), [4, 5]),
    gpu.upload(Float32Array.from(drawn.bias)),
  ];
  const { finalState } = tape.recording(() => causalConv1d(gpu, x, weight, bias, { wantFinalState: true }));
  tape.add(finalState!, gpu.upload(drawn.dFinal, [1, 3, 5]));
  tape.backward();
  assert.deepEqual([...await gpu.read(tape.takeGradient(x)!)], [...new Float32Array(15), ...drawn.dFinal]);
});
