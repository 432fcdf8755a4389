import assert from "node:assert/strict";
import type { LengthRule } from "./claim.ts";
import { lengthEvidence } from "./length_evidence.ts";
import { claimOf, on, published } from "./testing.ts";

const length = claimOf("length-robustness").rule as LengthRule;

Deno.test("lengthEvidence() sets a model's rate on stitched audio beside its own on utterances", () => {
  const of = (long: readonly [number, number, number], model = "small") =>
    lengthEvidence(
      length,
      published(on(model, long, "synthetic"), on("small", [10, 9.5, 10.5], "librispeech-other")),
    );
  assert.equal(of([10.5, 10, 11])[0].bearing, "for");
  assert.equal(of([20, 19, 21])[0].bearing, "against");
  assert.equal(of([12.5, 11, 14])[0].bearing, "undecided");
  const [doubled] = of([20, 19, 21]);
  assert.equal(doubled.figure, "on short audio 0.500 times its rate on long");
  assert.equal(doubled.because, "20.00 % beside 10.00 %");
  assert.deepEqual(of([10, 9, 11], "large"), []);
  const part = on("small", [10, 9.5, 10.5], "librispeech-other");
  part.dataset.expected.utterances = 2939;
  assert.equal(lengthEvidence(length, published(on("small", [10, 9.5, 10.5], "synthetic"), part))[0].bearing, "for");
});
