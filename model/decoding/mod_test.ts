import assert from "node:assert/strict";
import { lengths } from "../../kernels/lengths.ts";
import { gpuTest, TestRandom } from "../../kernels/testing/mod.ts";
import { estimateNgrams } from "../language_model/estimate.ts";
import { createModel, releaseModel } from "../model.ts";
import { tinySamba } from "../testing.ts";
import { decodeText } from "../tokenizer.ts";
import { ctcFrames, ctcTexts } from "./ctc_frames.ts";
import { greedyTokens, hearMemory, startDecoder } from "./greedy_tokens.ts";
import { decode, type DecodingOptions, decodingSettings } from "./mod.ts";

const ROWS = [12, 7];
const lm = estimateNgrams(["a b", "it is", "is it a"], 2);

const ALL: readonly DecodingOptions[] = [
  { kind: "ctc" },
  { kind: "ctc-beam", width: 8 },
  { kind: "ctc-beam", width: 8, lm, alpha: 0.5, beta: 1 },
  { kind: "greedy", maxTokens: 10 },
  { kind: "beam", width: 3, lengthPenalty: 0.6, maxTokens: 10 },
  { kind: "joint", width: 3, ctcWeight: 0.3, lm, maxTokens: 10 },
];

gpuTest("decode() gives each sequence of a ragged batch what it gives it alone, whatever the kind", async (gpu) => {
  const model = createModel(gpu, tinySamba(), 4);
  const d = model.config.width;
  const sounds = ROWS.map((n, b) => new TestRandom(b + 1).normals(n * d, 3));
  const padded = new Float32Array(2 * 12 * d);
  sounds.forEach((values, b) => padded.set(values, b * 12 * d));
  const encoded = { memory: gpu.upload(padded, [2, 12, d]), lengths: lengths(gpu, ROWS, 12) };
  for (const options of ALL) {
    const together = await decode(gpu, model, encoded, options, { timings: true });
    for (const [b, n] of ROWS.entries()) {
      const alone = { memory: gpu.upload(sounds[b], [1, n, d]), lengths: lengths(gpu, [n], n) };
      const [own] = await decode(gpu, model, alone, options, { timings: true });
      assert.deepEqual(together[b].tokens, own.tokens, options.kind);
      assert.equal(together[b].text, own.text);
      assert.deepEqual(together[b].words, own.words);
      const off = Math.abs(together[b].score! - own.score!);
      assert.ok(off < 1e-4 * Math.max(1, Math.abs(own.score!)), `${options.kind}: off by ${off}`);
      // Words are timed where the tokens fit into the frames, in order and within the audio.
      if (own.words!.length > 0) assert.equal(own.words!.map(({ word }) => word).join(" "), own.text);
      let end = 0;
      for (const word of own.words!) {
        assert.ok(word.start >= end && word.end > word.start && word.end <= n * 0.04 + 1e-9, JSON.stringify(own.words));
        end = word.end;
      }
    }
  }
  const [ctc, greedy] = [await decode(gpu, model, encoded, ALL[0]), await decode(gpu, model, encoded, ALL[3])];
  const frames = await gpu.read(ctcFrames(gpu, model, encoded.memory));
  assert.deepEqual(ctc.map(({ text }) => text), ctcTexts(model, frames, ROWS));
  assert.equal(ctc[0].words, undefined);
  const state = startDecoder(gpu, model, encoded.lengths, 10);
  hearMemory(gpu, model, encoded.memory, encoded.lengths, state);
  const plain = await gpu.read(greedyTokens(gpu, model, state, 10, ROWS.length));
  assert.deepEqual(
    greedy.map(({ text }) => text),
    ROWS.map((_, b) => decodeText(model.config.vocabulary, plain.subarray(10 * b, 10 * b + 10))),
  );
  // A beam is not worse than greedy decoding, by its own score.
  const beam = await decode(gpu, model, encoded, { kind: "beam", width: 4, maxTokens: 10 });
  beam.forEach(({ score }, b) => assert.ok(score! >= greedy[b].score! - 1e-4, `${score}, greedy ${greedy[b].score}`));
  releaseModel(gpu, model);
});

Deno.test("decodingSettings() are the options, flat, with a language model's weights only where there is one", () => {
  const beam = { kind: "beam", width: 8, lengthPenalty: 1, alpha: 0.3, maxTokens: undefined } as const;
  assert.deepEqual(decodingSettings(beam), { decoding: "beam", width: 8, lengthPenalty: 1 });
  const fused = { decoding: "beam", width: 8, lengthPenalty: 1, alpha: 0.3, beta: 1 };
  assert.deepEqual(decodingSettings({ ...beam, lm }), fused);
  assert.deepEqual(decodingSettings({ kind: "ctc" }), { decoding: "ctc" });
});
