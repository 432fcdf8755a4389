import assert from "node:assert/strict";
import { type Gpu, GpuError, Tape, type Tensor } from "../gpu/mod.ts";
import { lengths } from "../lengths.ts";
import { assertClose, gpuTest, TestRandom } from "../testing/mod.ts";
import { ctcLoss } from "./ctc.ts";
import { ctcLayout } from "./ctc_paths.ts";
import { ctcReference } from "./ctc_reference.ts";

interface Utterances {
  readonly logits: Float32Array;
  readonly classes: number;
  readonly frames: readonly number[];
  readonly texts: readonly (readonly number[])[];
}

/** Utterances with NaN in the frames behind their lengths; `shape`: [frames, labels] of each. */
function utterances(seed: number, classes: number, shape: readonly (readonly [number, number])[]): Utterances {
  const random = new TestRandom(seed);
  const frames = shape.map(([t]) => t);
  const time = Math.max(...frames) + 1;
  const logits = random.normals(shape.length * time * classes, 2);
  for (const [b, t] of frames.entries()) logits.fill(NaN, (b * time + t) * classes, (b + 1) * time * classes);
  const texts = shape.map(([, n]) => Array.from({ length: n }, () => 1 + random.integer(classes - 1)));
  return { logits, classes, frames, texts };
}

interface Found {
  readonly loss: Float32Array;
  readonly impossible: Uint32Array;
  readonly gradient: Float32Array;
  readonly untaped: Float32Array;
}

async function run(gpu: Gpu, u: Utterances, scale: number | number[], threads?: number): Promise<Found> {
  using _scope = gpu.scope();
  const batch = u.frames.length;
  const logits = gpu.upload(u.logits, [batch, u.logits.length / batch / u.classes, u.classes]);
  const width = Math.max(...u.texts.map((text) => text.length)) + 1;
  const labels = new Uint32Array(batch * width).fill(0xdead); // behind a text anything may stand
  for (const [b, text] of u.texts.entries()) labels.set(text, b * width);
  const longest = Math.max(...u.texts.map((text) => text.length));
  const compute = () =>
    ctcLoss(
      gpu,
      logits,
      lengths(gpu, u.frames, logits.shape[1]),
      gpu.upload(labels, [batch, width]),
      lengths(gpu, u.texts.map((text) => text.length), width),
      scale,
      ctcLayout(gpu, longest, threads),
    );
  using tape = new Tape(gpu);
  tape.track(logits);
  const { loss, impossible } = tape.recording(compute);
  tape.backward();
  const gradient = tape.takeGradient(logits) as Tensor;
  return {
    loss: await gpu.read(loss),
    impossible: await gpu.read(impossible),
    gradient: await gpu.read(gradient),
    untaped: await gpu.read(compute().loss),
  };
}

function assertReference(u: Utterances, scales: number | number[], found: Found, tolerance = 5e-6): void {
  const stride = u.logits.length / u.frames.length;
  for (const [b, frames] of u.frames.entries()) {
    const row = u.logits.subarray(b * stride, (b + 1) * stride);
    const scale = typeof scales === "number" ? scales : scales[b];
    const expected = ctcReference(row, u.classes, u.texts[b], frames, scale);
    const gradient = new Float64Array(stride); // zero in padding
    gradient.set(expected.gradient);
    assertClose([found.loss[b]], [expected.loss], tolerance, `loss of utterance ${b}`);
    assertClose(found.gradient.subarray(b * stride, (b + 1) * stride), gradient, tolerance, `gradient ${b}`);
    assert.equal(found.impossible[b], Number(expected.impossible));
  }
  assert.deepEqual(found.untaped, found.loss);
}

const SHAPES: Record<string, readonly (readonly [number, number])[]> = {
  "one frame": [[1, 0], [1, 1], [1, 2], [0, 0], [0, 1]],
  "fewer frames than are loaded ahead, and one more": [[2, 1], [3, 2], [4, 2], [5, 2], [8, 3], [9, 3]],
  "ragged texts": [[31, 7], [67, 31], [67, 0], [53, 13], [2, 31]],
};

for (const [name, shape] of Object.entries(SHAPES)) {
  gpuTest(`ctcLoss() equals its reference for ${name}`, async (gpu) => {
    const u = utterances(shape.length, 7, shape);
    assertReference(u, 1, await run(gpu, u, 1));
    const scales = u.frames.map((_, b) => 0.25 + b);
    assertReference(u, scales, await run(gpu, u, scales));
  });
}

for (const pairs of [1, 2, 3, 5]) {
  gpuTest(`ctcLoss() is the same with ${pairs} labels an invocation`, async (gpu) => {
    const longest = 32 * pairs - 1;
    const u = utterances(pairs, 37, [[2 * longest + 9, longest], [41, 19], [90, Math.min(longest, 32)]]);
    assertReference(u, 0.5, await run(gpu, u, 0.5, 32));
  });
}

for (const classes of [2, 33, 257]) {
  gpuTest(`ctcLoss() equals its reference for ${classes} classes`, async (gpu) => {
    const u = utterances(classes, classes, [[23, 5], [19, 8]]);
    assertReference(u, 1, await run(gpu, u, 1));
  });
}

gpuTest("ctcLoss() stays exact over thousands of frames", async (gpu) => {
  const u = utterances(3, 5, [[4001, 60]]);
  assertReference(u, 1 / 4001, await run(gpu, u, 1 / 4001), 2e-5);
});

gpuTest("ctcLoss() stays exact for large logits", async (gpu) => {
  const u = utterances(4, 6, [[40, 9], [33, 12]]);
  for (let i = 0; i < u.logits.length; i++) u.logits[i] = 1000 + 30 * u.logits[i];
  assertReference(u, 1, await run(gpu, u, 1), 2e-5);
});

gpuTest("ctcLoss() of a logit that is no number is none either", async (gpu) => {
  const u = utterances(5, 6, [[10, 3], [10, 3]]);
  u.logits[4 * 6 + 2] = NaN;
  const { loss, gradient, impossible } = await run(gpu, u, 1);
  assert.ok(Number.isNaN(loss[0]) && Number.isFinite(loss[1]));
  assert.ok(gradient.subarray(24, 30).every(Number.isNaN));
  assert.deepEqual([...impossible], [0, 0]);
});

gpuTest("ctcLoss() throws when shapes do not fit", (gpu) => {
  const of = (logits: number[], labels: number[], scale: number | number[] = 1) => () =>
    ctcLoss(
      gpu,
      gpu.tensor(logits),
      lengths(gpu, [3, 3], 3),
      gpu.tensor(labels, "u32"),
      lengths(gpu, [1, 1], 1),
      scale,
    );
  assert.throws(of([1, 3, 5], [2, 1]), /ctcLoss with 2 lengths/);
  assert.throws(of([2, 3, 5], [1, 1]), /ctcLoss's labels/);
  assert.throws(of([2, 3, 0], [2, 1]), /f32 \[2, 3, 0\]/);
  assert.throws(of([2, 3, 5], [2, 1], [1]), /1 scales for 2 utterances/);
});

gpuTest("ctcLoss() throws over-limit when the device binds too little for its gradient", (gpu) => {
  const text = 5000;
  const frames = Math.ceil(gpu.limits.maxStorageBufferBindingSize / 8 / text);
  const logits = gpu.tensor([1, frames, 2]);
  using tape = new Tape(gpu);
  tape.track(logits);
  const loss = () =>
    ctcLoss(gpu, logits, lengths(gpu, [frames], frames), gpu.zeros([1, text], "u32"), lengths(gpu, [text], text), 1);
  assert.throws(
    () => tape.recording(loss),
    (error) => error instanceof GpuError && error.failure === "over-limit" && /shorter audio/.test(error.message),
  );
});
