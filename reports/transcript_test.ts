import assert from "node:assert/strict";
import { WHISPER_ENGLISH } from "../benchmarks/scoring/protocols/mod.ts";
import { score } from "../benchmarks/scoring/score.ts";
import { exampleReport } from "./example_report.ts";
import { exampleWhisperReport } from "./example_whisper.ts";
import { TRANSCRIPT_PROTOCOL } from "./schema.ts";
import { formatWer, hasTranscripts, transcriptOf } from "./transcript.ts";

Deno.test("transcriptOf() counts errors after the protocol and keeps both texts as they stand", () => {
  const reference = "HE SAID THE COLOUR OF TWENTY TWO HORSES";
  const hypothesis = "Well, he said color of 22 houses.";
  assert.deepEqual(transcriptOf(reference, hypothesis), {
    protocol: "whisper-en-v1",
    reference,
    hypothesis,
    words: 7,
    errors: { substitutions: 1, deletions: 1, insertions: 1 },
    wer: 3 / 7,
  });
  assert.equal(transcriptOf(reference, reference.toLowerCase()).wer, 0);
  assert.equal(transcriptOf(reference, "").wer, 1);
  assert.equal(transcriptOf("", "one").wer, null);
  assert.equal(TRANSCRIPT_PROTOCOL, WHISPER_ENGLISH.name);
});

Deno.test("transcriptOf() is what score() says of one utterance", () => {
  const { reference, hypothesis, words, errors, wer } = transcriptOf("a b c d e f", "b c x e f g h");
  const whole = score([{ id: "1", reference, hypothesis }], WHISPER_ENGLISH);
  assert.deepEqual({ words, ...errors, wer }, {
    words: whole.words,
    substitutions: whole.substitutions,
    deletions: whole.deletions,
    insertions: whole.insertions,
    wer: whole.wer,
  });
});

Deno.test("formatWer() gives a rate or a dash, hasTranscripts() tells whether any row has one", () => {
  const { rows } = exampleWhisperReport();
  assert.equal(formatWer(rows.find(({ engine, minutes }) => engine === "whisper" && minutes === 5)!), "22.22 %");
  assert.equal(formatWer(rows.find(({ engine, minutes }) => engine === "whisper" && minutes === 30)!), "–");
  assert.equal(formatWer(rows.find(({ engine }) => engine === "samba")!), "–");
  assert.deepEqual([hasTranscripts(rows), hasTranscripts(exampleReport().rows)], [true, false]);
});
