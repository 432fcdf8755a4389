import assert from "node:assert/strict";
import { frequentErrors } from "./errors.ts";
import { RAW } from "./protocols/mod.ts";
import { alignUtterances } from "./score.ts";

const heard = (pairs: [string, string][]) =>
  alignUtterances(pairs.map(([reference, hypothesis], i) => ({ id: `${i}`, reference, hypothesis })), RAW);

Deno.test("frequentErrors() ranks each kind by count, then by word", () => {
  const aligned = heard([
    ["the cat sat", "the cat sat on"],
    ["a dog ran", "the dog ran on"],
    ["a dog ran far", "the dog ran"],
    ["in or out", "in our out up"],
    ["he went home", "he home"],
  ]);
  assert.deepEqual(frequentErrors(aligned), {
    substitutions: [
      { reference: "A", hypothesis: "THE", count: 2 },
      { reference: "OR", hypothesis: "OUR", count: 1 },
    ],
    deletions: [{ word: "FAR", count: 1 }, { word: "WENT", count: 1 }],
    insertions: [{ word: "ON", count: 2 }, { word: "UP", count: 1 }],
  });
  assert.equal(frequentErrors(aligned, 1).deletions.length, 1);
});

Deno.test("frequentErrors() of what was heard right are none", () => {
  assert.deepEqual(frequentErrors(heard([["a b", "A  B"]])), { substitutions: [], deletions: [], insertions: [] });
});
