import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { contentSha256, corpusOf, isPartial } from "./corpus.ts";
import type { CorpusUtterance } from "./corpus.ts";
import { DATASETS } from "./registry.ts";
import { inputError } from "./testing.ts";

const entry = { ...DATASETS[0], expected: { utterances: 4, words: null, hours: null } };

function utterance(id: string, text = `TEXT ${id}`): CorpusUtterance {
  return { id, speaker: null, text, seconds: null, audio: () => Promise.resolve(new Float32Array(1)) };
}

const reading = (ids: string[], dropped = 0) => ({
  source: { path: "there", form: "test" },
  utterances: ids.map((id) => utterance(id)),
  dropped,
});

Deno.test("corpusOf() sorts by id as text, so that its sha256 does not depend on the order in which they were found", () => {
  const corpus = corpusOf(entry, reading(["61-2", "121-1", "61-10"]));
  assert.deepEqual(corpus.utterances.map(({ id }) => id), ["121-1", "61-10", "61-2"]);
  assert.equal(corpus.sha256, corpusOf(entry, reading(["121-1", "61-2", "61-10"])).sha256);
  assert.notEqual(corpus.sha256, corpusOf(entry, reading(["121-1", "61-2"])).sha256);
});

Deno.test("contentSha256() is that of lines of id, tab and text", () => {
  const expected = createHash("sha256").update("a\tONE TWO\nb\t\n").digest("hex");
  assert.equal(contentSha256([utterance("a", "ONE TWO"), utterance("b", "")]), expected);
});

Deno.test("corpusOf() keeps the first of the order where a limit is given", () => {
  const corpus = corpusOf(entry, reading(["c", "a", "b"]), 2);
  assert.deepEqual(corpus.utterances.map(({ id }) => id), ["a", "b"]);
  assert.equal(corpus.sha256, corpusOf(entry, reading(["a", "b"])).sha256);
  assert.ok(isPartial(corpus));
});

Deno.test("isPartial() counts dropped utterances as there", () => {
  assert.ok(!isPartial(corpusOf(entry, reading(["a", "b", "c", "d"]))));
  assert.ok(!isPartial(corpusOf(entry, reading(["a", "b", "c"], 1))));
  assert.ok(isPartial(corpusOf(entry, reading(["a", "b", "c"]))));
});

Deno.test("corpusOf() refuses ids that come twice, and nothing", () => {
  assert.throws(() => corpusOf(entry, reading(["b", "a", "b"])), inputError("there", /b comes twice/));
  assert.throws(() => corpusOf(entry, reading([])), inputError("there", /holds no utterances of librispeech-clean/));
});
