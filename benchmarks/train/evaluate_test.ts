import assert from "node:assert/strict";
import type { Gpu } from "../../kernels/gpu/mod.ts";
import { gpuTest, TestRandom } from "../../kernels/testing/mod.ts";
import { createModel } from "../../model/model.ts";
import { recognize } from "../../model/recognizer.ts";
import { tinySamba } from "../../model/testing.ts";
import { type DevUtterance, evaluateDev, sentence } from "./evaluate.ts";

const CONFIG = tinySamba();

/** Twenty recordings, more than are decoded at once, and what an untrained model hears in each. */
async function heardBy(gpu: Gpu) {
  const model = createModel(gpu, CONFIG, 5);
  const recordings = Array.from({ length: 20 }, (_, i) => {
    const noise = new TestRandom(i).normals(3200 + 160 * i, 3000 * (1 + i % 5));
    return Int16Array.from(noise, Math.round);
  });
  const floats = recordings.map((samples) => Float32Array.from(samples, (x) => x / 32768));
  const heard = [];
  for (const one of floats) heard.push((await recognize(gpu, model, [one], { kind: "ctc" }))[0].text);
  const utterances = (texts: readonly string[]): DevUtterance[] =>
    recordings.map((samples, i) => ({ samples, tokens: [], text: texts[i] }));
  return { model, heard: heard.map(sentence), utterances };
}

gpuTest("evaluateDev() is right where everything is heard as it stands there", async (gpu) => {
  const { model, heard, utterances } = await heardBy(gpu);
  assert.ok(new Set(heard).size > 10 && heard.every((text) => text !== ""), "the model hears something in each");
  const result = await evaluateDev(gpu, model, utterances(heard), "ctc", new Set(heard.slice(0, 3)));
  assert.deepEqual(result, { wer: 0, seen: 0, unseen: 0, recited: NaN });
});

gpuTest(
  "evaluateDev() parts what the training set has from what it has not, and counts what is recited",
  async (gpu) => {
    const { model, heard, utterances } = await heardBy(gpu);
    // The first three are wrong, and hold two words; only the first two of them are texts of the training set.
    const texts = heard.map((text, i) => i < 3 ? ["alpha beta", "gamma delta", "not known"][i] : text);
    const sentences = new Set(["ALPHA BETA", "GAMMA DELTA", heard[10], heard[0]].map(sentence));
    const result = await evaluateDev(gpu, model, utterances(texts), "ctc", sentences);
    const words = (text: string) => text.split(" ").length;
    const seen = texts.filter((text) => sentences.has(sentence(text)));
    const total = (of: readonly string[]) => of.reduce((sum, text) => sum + words(text), 0);
    const errors = heard.slice(0, 3).map((text) => Math.max(2, words(text)));
    assert.ok(Math.abs(result.seen - (errors[0] + errors[1]) / total(seen)) < 1e-12, `${result.seen}`);
    const others = texts.filter((text) => !sentences.has(sentence(text)));
    assert.ok(Math.abs(result.unseen - errors[2] / total(others)) < 1e-12, `${result.unseen}`);
    assert.ok(Math.abs(result.wer - (errors[0] + errors[1] + errors[2]) / total(texts)) < 1e-12, `${result.wer}`);
    const recited = heard.slice(0, 3).filter((text) => sentences.has(text)).length;
    assert.ok(recited > 0);
    assert.equal(result.recited, recited / 3);
  },
);

gpuTest(
  "evaluateDev() decodes by the decoder too, knows no rate of what is not there, and ends when it is told to",
  async (gpu) => {
    const { model, heard, utterances } = await heardBy(gpu);
    const few = utterances(heard).slice(0, 2);
    const { wer, seen, unseen } = await evaluateDev(gpu, model, few, "greedy", new Set());
    assert.ok(wer > 0 && wer === unseen && Number.isNaN(seen), JSON.stringify({ wer, seen, unseen }));
    const aborted = new AbortController();
    aborted.abort();
    const { wer: none } = await evaluateDev(gpu, model, few, "ctc", new Set(), aborted.signal);
    assert.ok(Number.isNaN(none));
  },
);

Deno.test("sentence() is the same for texts that differ in case and spaces alone", () => {
  assert.equal(sentence(" Go  on "), sentence("GO ON"));
  assert.notEqual(sentence("go on"), sentence("go one"));
});
