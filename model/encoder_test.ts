import assert from "node:assert/strict";
import type { Gpu } from "../kernels/gpu/mod.ts";
import { lengths } from "../kernels/lengths.ts";
import { assertClose, gpuTest, TestRandom } from "../kernels/testing/mod.ts";
import type { ModelConfig } from "./config.ts";
import { createModel, encode, type Model, releaseModel } from "./model.ts";
import { encoderFrames, encodeSamples, microBatch, transcribe, uploadSamples } from "./recognizer.ts";
import { encodeInChunks } from "./streaming.ts";
import { testSound, tinySamba, tinyTransformer } from "./testing.ts";

/** The memory rows of each recording, without padding. */
async function memories(gpu: Gpu, model: Model, recordings: Float32Array[]): Promise<Float32Array[]> {
  using _scope = gpu.scope();
  const { samples, lengths } = uploadSamples(gpu, recordings);
  const { memory, lengths: rows } = encodeSamples(gpu, model, samples, lengths);
  return split(await gpu.read(memory), rows.host, model.config.width);
}

function split(values: Float32Array, rows: readonly number[], width: number): Float32Array[] {
  const stride = values.length / rows.length;
  return rows.map((count, b) => values.slice(b * stride, b * stride + count * width));
}

async function chunked(gpu: Gpu, model: Model, recordings: Float32Array[], frames: number): Promise<Float32Array[]> {
  const parts: Promise<Float32Array[]>[] = [];
  encodeInChunks(gpu, model, recordings, ({ memory, lengths }) => {
    parts.push(gpu.read(memory).then((values) => split(values, lengths.host, model.config.width)));
  }, frames);
  const chunks = await Promise.all(parts);
  return recordings.map((_, b) => Float32Array.from(chunks.flatMap((chunk) => [...chunk[b]])));
}

function withModel(name: string, config: ModelConfig, run: (gpu: Gpu, model: Model) => Promise<void>): void {
  gpuTest(name, async (gpu) => {
    const model = createModel(gpu, config, 7);
    await run(gpu, model);
    releaseModel(gpu, model);
  });
}

// Ragged on purpose: not a multiple of the hop, of a chunk, or of each other; one of a single frame.
const RECORDINGS = [testSound(16100, 1), testSound(9973, 2), testSound(161, 3)];

for (
  const config of [
    tinySamba(),
    tinySamba("causal"),
    tinyTransformer("naive"),
    tinyTransformer("flash"),
    tinyTransformer("window"),
  ]
) {
  withModel(`a batch of ragged lengths equals each alone with ${config.name}`, config, async (gpu, model) => {
    const together = await memories(gpu, model, RECORDINGS);
    for (const [i, recording] of RECORDINGS.entries()) {
      const [alone] = await memories(gpu, model, [recording]);
      assert.equal(alone.length, encoderFrames(recording.length) * config.width);
      assertClose(together[i], alone, 2e-6, `recording ${i}`);
    }
  });
}

for (const frames of [1, 5, 11, 100]) {
  withModel(
    `chunks of ${frames} frames equal one pass with a causal samba`,
    tinySamba("causal"),
    async (gpu, model) => {
      const whole = await memories(gpu, model, RECORDINGS);
      const pieces = await chunked(gpu, model, RECORDINGS, frames);
      whole.forEach((expected, i) => assertClose(pieces[i], expected, 2e-6, `recording ${i}`));
    },
  );
}

withModel("encodeInChunks() needs no more memory for longer audio", tinySamba("causal"), async (gpu, model) => {
  const peak = async (seconds: number): Promise<number> => {
    gpu.ledger.resetPeak();
    encodeInChunks(gpu, model, [testSound(16000 * seconds)], () => {}, 10);
    await gpu.idle();
    return gpu.ledger.peakBytes;
  };
  assert.equal(await peak(4), await peak(2));
});

withModel("encodeInChunks() throws when the encoder is bidirectional", tinySamba(), (gpu, model) => {
  assert.throws(() => encodeInChunks(gpu, model, RECORDINGS, () => {}), /samba-nano cannot stream/);
  return Promise.resolve();
});

gpuTest("transformer-naive equals transformer-flash", async (gpu) => {
  const naive = createModel(gpu, tinyTransformer("naive"), 7);
  const flash = createModel(gpu, tinyTransformer("flash"), 7);
  const expected = await memories(gpu, naive, RECORDINGS);
  const actual = await memories(gpu, flash, RECORDINGS);
  expected.forEach((memory, i) => assertClose(actual[i], memory, 2e-6, `recording ${i}`));
  releaseModel(gpu, naive);
  releaseModel(gpu, flash);
});

withModel(
  "transformer-window sees no further than its blocks' windows together",
  tinyTransformer("window"),
  async (gpu, model) => {
    const [frames, bins, d] = [100, model.config.frontend.bins, model.config.width];
    const mel = new TestRandom(9).normals(frames * bins);
    const changed = mel.slice();
    changed.fill(3, 80 * bins, 81 * bins); // encoder frames 20 and, by the convolutions, a neighbour
    const own = lengths(gpu, [frames], frames);
    const run = async (values: Float32Array) =>
      await gpu.read(encode(gpu, model, gpu.upload(values, [1, frames, bins]), own).memory);
    const [a, b] = [await run(mel), await run(changed)];
    const reach = 2 * 3; // blocks × frames
    const differs = Array.from(
      { length: frames / 4 },
      (_, t) => a.slice(t * d, (t + 1) * d).some((v, i) => v !== b[t * d + i]),
    );
    assert.ok(!differs.slice(0, 19 - reach).includes(true), "frames before the window are untouched");
    assert.ok(differs[20 - reach], "the window is as wide as it says");
  },
);

withModel("200 forward passes leave the live bytes where they were", tinySamba(), async (gpu, model) => {
  const before = gpu.ledger.liveBytes;
  for (let i = 0; i < 200; i++) {
    using _scope = gpu.scope();
    const { samples, lengths } = uploadSamples(gpu, [RECORDINGS[2]]);
    encodeSamples(gpu, model, samples, lengths);
  }
  await gpu.idle();
  assert.equal(gpu.ledger.liveBytes, before);
});

withModel(
  "transcribe() gives each recording a text, the same by itself as in a batch",
  tinySamba(),
  async (gpu, model) => {
    for (const decoding of ["ctc", "greedy"] as const) {
      const texts = await transcribe(gpu, model, RECORDINGS, { kind: decoding });
      assert.equal(texts.length, 3);
      const [alone] = await transcribe(gpu, model, [RECORDINGS[1]], { kind: decoding });
      assert.equal(texts[1], alone);
    }
  },
);

withModel(
  "transcribe() throws one line when a sample is NaN or the audio too short",
  tinySamba(),
  async (gpu, model) => {
    const bad = testSound(3200);
    bad[1234] = NaN;
    await assert.rejects(transcribe(gpu, model, [testSound(3200), bad]), /recording 1 holds NaN at sample 1234/);
    await assert.rejects(transcribe(gpu, model, [testSound(100)]), /100 samples at 16 kHz: too short for one frame/);
  },
);

withModel("microBatch() splits evenly what one binding cannot hold", tinySamba(), (gpu, model) => {
  const small = { limits: { ...gpu.limits, maxStorageBufferBindingSize: 4 * 100 * 64 * 3 } } as Gpu;
  assert.equal(microBatch(small, model.config, 100, 8), 3);
  assert.equal(microBatch(small, model.config, 100, 4), 2);
  assert.equal(microBatch(small, model.config, 1000, 4), 1);
  return Promise.resolve();
});
