import assert from "node:assert/strict";
import { random } from "../random.ts";
import { grammarWords, sentences } from "./grammar.ts";

Deno.test("sentences() draws alternatives by their weights, and words in their order", () => {
  const draw = sentences({ sentence: "3 GO tail | STOP", tail: "made NOW" }, { made: () => ["A", "B"] });
  const rng = random(1);
  const drawn = Array.from({ length: 4000 }, () => draw(rng).join(" "));
  assert.deepEqual([...new Set(drawn)].sort(), ["GO A B NOW", "STOP"]);
  const share = drawn.filter((text) => text === "STOP").length / drawn.length;
  assert.ok(Math.abs(share - 0.25) < 0.03, `${share} of 0.25`);
});

Deno.test("sentences() refuses a rule that names no symbol, says nothing or is missing", () => {
  assert.throws(() => sentences({ sentence: "GO | tial" }), /sentence names tial, which has no rule/);
  assert.throws(() => sentences({ sentence: "GO | " }), /says nothing/);
  assert.throws(() => sentences({ sentence: "0 GO" }), /says nothing/);
  assert.throws(() => sentences({ other: "GO" }), /no rule for sentence/);
});

Deno.test("grammarWords() lists each word once, and no symbol", () => {
  assert.deepEqual(grammarWords({ sentence: "2 GO tail | A", tail: "A | O'HARA" }), ["A", "GO", "O'HARA"]);
});
