import assert from "node:assert/strict";
import { crossEntropyReference } from "../kernels/cross_entropy/cross_entropy_reference.ts";
import { ctcReference } from "../kernels/ctc/ctc_reference.ts";
import { type Gpu, Tape, type Tensor } from "../kernels/gpu/mod.ts";
import { lengths as makeLengths } from "../kernels/lengths.ts";
import { assertClose, gpuTest, TestRandom } from "../kernels/testing/mod.ts";
import { linear } from "../model/layers/linear.ts";
import type { ModelConfig } from "../model/config.ts";
import { buildModel, createModel, encode, type Model } from "../model/model.ts";
import { decodeAll } from "../model/teacher_forcing.ts";
import { tinySamba, tinyTransformer } from "../model/testing.ts";
import { BLANK, END, START } from "../model/tokenizer.ts";
import { NO_TARGET } from "./batch.ts";
import { batchLosses, type BatchText, type LossSettings } from "./losses.ts";

const FRAMES = [31, 48];
const TEXTS = [[5, 6, 6], [7, 8, 9, 10, 11]];

/** Log-mel frames with NaN in padding. */
function melOf(gpu: Gpu, frames: readonly number[]) {
  const longest = Math.max(...frames);
  const mel = new TestRandom(1).normals(frames.length * longest * 80);
  frames.forEach((n, b) => mel.fill(NaN, (b * longest + n) * 80, (b + 1) * longest * 80));
  return { mel: gpu.upload(mel, [frames.length, longest, 80]), lengths: makeLengths(gpu, frames, longest) };
}

function textOf(gpu: Gpu, texts: readonly (readonly number[])[]): BatchText {
  const width = Math.max(...texts.map(({ length }) => length));
  const rows = (of: (text: readonly number[]) => number[], filler: number, width: number): Tensor => {
    const all = texts.flatMap((text) => [...of(text), ...new Array(width - of(text).length).fill(filler)]);
    return gpu.upload(Uint32Array.from(all), [texts.length, width]);
  };
  return {
    labels: rows((text) => [...text], BLANK, width),
    labelLengths: makeLengths(gpu, texts.map(({ length }) => length), width),
    decoderInputs: rows((text) => [START, ...text], END, width + 1),
    targets: rows((text) => [...text, END], NO_TARGET, width + 1),
    tokenLengths: makeLengths(gpu, texts.map(({ length }) => length + 1), width + 1),
  };
}

for (const config of [tinySamba(), tinyTransformer()]) {
  gpuTest(
    `batchLosses() are CTC and cross-entropy in nats a token, times their weights: ${config.name}`,
    async (gpu) => {
      const model = createModel(gpu, config, 3);
      const classes = config.vocabulary.length;
      const { mel, lengths } = melOf(gpu, FRAMES);
      const text = textOf(gpu, TEXTS);
      const settings = { ctcWeight: 0.3, labelSmoothing: 0.1 };
      const { ctc, decoder, impossible } = batchLosses(gpu, model, mel, lengths, text, settings);

      const heard = encode(gpu, model, mel, lengths);
      const frames = heard.lengths.host;
      const ctcLogits = await gpu.read(linear(gpu, model.weights.ctc, heard.memory));
      const rows = ctcLogits.length / classes / FRAMES.length;
      const expected = TEXTS.map((labels, b) =>
        ctcReference(ctcLogits.subarray(b * rows * classes), classes, labels, frames[b], 0.3 / 8).loss
      );
      assertClose(await gpu.read(ctc!), expected, 1e-5, "CTC");
      assert.deepEqual(Array.from(await gpu.read({ ...impossible!, type: "u32" })), [0, 0]);

      const logits = await gpu.read(decodeAll(gpu, model, text.decoderInputs, text.tokenLengths, heard));
      const targets = await gpu.read({ ...text.targets, type: "u32" });
      const { loss } = crossEntropyReference(logits, targets, { labelSmoothing: 0.1, scale: 0.7 / 10 });
      assertClose(await gpu.read(decoder!), loss, 1e-5, "cross-entropy");
    },
  );
}

/** Gradients of a model's weights by its losses. */
async function gradientsOf(
  gpu: Gpu,
  model: Model,
  names: readonly string[],
  settings: LossSettings,
): Promise<Float32Array[]> {
  using _scope = gpu.scope();
  using tape = new Tape(gpu);
  const { mel, lengths } = melOf(gpu, FRAMES);
  const gradients = names.map((name) => {
    const weight = model.parameters.get(name)!;
    const gradient = gpu.zeros(weight.shape);
    tape.watch(weight, gradient);
    return gradient;
  });
  const text = textOf(gpu, TEXTS);
  tape.recording(() => batchLosses(gpu, model, mel, lengths, text, settings));
  tape.backward();
  return await Promise.all(gradients.map((gradient) => gpu.read(gradient)));
}

for (const config of [tinySamba(), tinyTransformer()]) {
  gpuTest(
    `batchLosses() with intermediate CTC adds the gradient of a shorter encoder's: ${config.name}`,
    async (gpu) => {
      const whole = createModel(gpu, config, 3);
      const shorter: ModelConfig = { ...config, encoder: { ...config.encoder, blocks: 1 } } as ModelConfig;
      const cut = buildModel(gpu, shorter, ({ name }) => whole.parameters.get(name)!);
      const mixing = config.family === "samba" ? "encoder.0.mamba.out_proj.weight" : "encoder.0.attention.out.weight";
      const names = ["ctc.weight", "encoder_norm.weight", mixing, "subsampling.0.weight"];
      const ctcOnly = { ctcWeight: 1, labelSmoothing: 0 };
      const mixed = { ...ctcOnly, intermediateCtc: { share: 0.4, blocks: [1] } };
      const [atEnd, between, both] = [
        await gradientsOf(gpu, whole, names, ctcOnly),
        await gradientsOf(gpu, cut, names, ctcOnly),
        await gradientsOf(gpu, whole, names, mixed),
      ];
      names.forEach((name, w) => {
        assertClose(both[w], atEnd[w].map((g, i) => 0.6 * g + 0.4 * between[w][i]), 1e-5, name);
      });
    },
  );
}

gpuTest("batchLosses() computes nothing of a head whose weight is zero", async (gpu) => {
  const model = createModel(gpu, tinySamba(), 3);
  const { mel, lengths } = melOf(gpu, FRAMES);
  const text = textOf(gpu, TEXTS);
  const dispatches = (ctcWeight: number) => {
    const before = gpu.dispatches;
    const losses = batchLosses(gpu, model, mel, lengths, text, { ctcWeight, labelSmoothing: 0 });
    return { losses, count: gpu.dispatches - before };
  };
  const [both, ctcOnly, decoderOnly] = [dispatches(0.5), dispatches(1), dispatches(0)];
  assert.equal(ctcOnly.losses.decoder, undefined);
  assert.deepEqual([decoderOnly.losses.ctc, decoderOnly.losses.impossible], [undefined, undefined]);
  assert.ok(ctcOnly.count < both.count && decoderOnly.count < both.count);
  assertClose(
    await gpu.read(ctcOnly.losses.ctc!),
    (await gpu.read(both.losses.ctc!)).map((x) => 2 * x),
    1e-6,
  );
});

gpuTest("batchLosses() counts an utterance that CTC cannot align, which adds nothing", async (gpu) => {
  const model = createModel(gpu, tinySamba(), 3);
  const { mel, lengths } = melOf(gpu, [8, 48]); // two encoder frames for three labels
  const { ctc, impossible } = batchLosses(gpu, model, mel, lengths, textOf(gpu, TEXTS), {
    ctcWeight: 1,
    labelSmoothing: 0,
  });
  assert.deepEqual(Array.from(await gpu.read({ ...impossible!, type: "u32" })), [1, 0]);
  const [first, second] = await gpu.read(ctc!);
  assert.ok(first === 0 && second > 0, `${first}, ${second}`);
});
