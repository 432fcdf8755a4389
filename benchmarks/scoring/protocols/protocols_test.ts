import assert from "node:assert/strict";
import { GIGASPEECH, protocolNamed, PROTOCOLS, RAW } from "./mod.ts";
import { wordsOf } from "./words.ts";

Deno.test("protocolNamed() finds each protocol by its name, and no other", () => {
  assert.deepEqual(PROTOCOLS.map(({ name }) => name), ["whisper-en-v1", "raw-v1", "gigaspeech-v1"]);
  for (const protocol of PROTOCOLS) assert.equal(protocolNamed(protocol.name), protocol);
  assert.equal(protocolNamed("raw"), undefined);
  assert.equal(protocolNamed("constructor"), undefined);
});

Deno.test("wordsOf() splits where Python does", () => {
  assert.deepEqual(wordsOf(" a\tb \n\u00a0c\x1cd\x85e\u3000"), ["a", "b", "c", "d", "e"]);
  // A byte order mark is white space in JavaScript only.
  assert.deepEqual(wordsOf("a\ufeffb"), ["a\ufeffb"]);
  assert.deepEqual(wordsOf("  "), []);
});

Deno.test("raw-v1 changes case and white space only", () => {
  assert.equal(RAW.normalise("  He'll  say:\t“naïve”, straße. "), "HE'LL SAY: “NAÏVE”, STRASSE.");
});

Deno.test("gigaspeech-v1 drops fillers and tags and parts hyphenated words", () => {
  assert.equal(
    GIGASPEECH.normalise("Uh-huh <COMMA> e-commerce um <unk> it's hmm <QUESTIONMARK> <period>"),
    "E COMMERCE IT'S HMM",
  );
  assert.equal(GIGASPEECH.normalise("AH <SIL> EW"), "");
});

Deno.test("gigaspeech-v1 leaves out utterances of garbage, by the reference as it stands", () => {
  const excluded = ["<SIL>", "<MUSIC>", " <noise> ", "WELL <OTHER>", "<COMMA>", "OTHER", ""].map((text) =>
    GIGASPEECH.excludes!(text)
  );
  assert.deepEqual(excluded, [true, true, true, true, false, false, false]);
});
