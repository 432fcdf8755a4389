import assert from "node:assert/strict";
import type { EvalUtterance } from "../eval_schema.ts";
import type { Evaluation } from "./evaluations.ts";
import { pairedRatio } from "./paired_ratio.ts";
import { evaluated } from "./testing.ts";

const WORDS = 100;

/** An evaluation of one utterance of each of so many speakers, with so many words of each not heard. */
function hearing(missed: readonly number[], id = (i: number) => `u${i}`): Evaluation {
  const text = (words: number): string => new Array(words).fill("a").join(" ");
  const utterances = missed.map((errors, index): EvalUtterance => ({
    index,
    id: id(index),
    speaker: `s${index}`,
    reference: text(WORDS),
    hypothesis: text(WORDS - errors),
    audio_seconds: 1,
    processing_seconds: 1,
    status: "ok",
    reason: null,
    segments: null,
  }));
  return { path: "report.json", report: evaluated({ dataset: "an4", model: "small" }, [8, 7, 9]), utterances };
}

const BELOW = [4, 8, 20, 10, 2];
const ABOVE = BELOW.map((errors) => 1.5 * errors);

const near = (actual: number, expected: number): void => assert.ok(Math.abs(actual / expected - 1) < 1e-9, `${actual}`);

Deno.test("pairedRatio() is sure of models of which one errs 1.5 times as often on every speaker, however unlike they are", () => {
  const { value, lower, upper } = pairedRatio([hearing(ABOVE)], [hearing(BELOW)], "raw-v1")!;
  for (const each of [value, lower, upper]) near(each, 1.5);
});

Deno.test("pairedRatio() widens where speakers disagree, and by Student's over the seeds of either", () => {
  const apart = pairedRatio([hearing(ABOVE)], [hearing(BELOW.toReversed())], "raw-v1")!;
  near(apart.value, 1.5);
  assert.ok(apart.lower < 1.3 && apart.upper > 1.7, JSON.stringify(apart));

  // Logarithms of the seeds' rates 0 and ±log 2, deviation log 2; Student's t of two degrees of freedom is 4.3027.
  const seeds = [0.5, 1, 2].map((times) => hearing(BELOW.map((errors) => times * errors)));
  const several = pairedRatio([hearing(ABOVE)], seeds, "raw-v1")!;
  near(several.value, 1.5 / (3.5 / 3));
  near(several.upper / several.value, Math.exp(4.302652729911275 * Math.LN2 / Math.sqrt(3)));
  near(several.value / several.lower, several.upper / several.value);
});

Deno.test("pairedRatio() is null where it cannot be told", () => {
  const [above, below] = [hearing(ABOVE), hearing(BELOW)];
  const of = (one: Evaluation, other: Evaluation) => pairedRatio([one], [other], "raw-v1");
  assert.notEqual(of(above, below), null);
  const { utterances: _, ...silent } = below;
  assert.equal(of(above, silent), null, "no journal");
  assert.equal(of(above, hearing(BELOW, (i) => `v${i}`)), null, "other utterances");
  assert.equal(of(above, hearing(BELOW.slice(1))), null, "fewer utterances");
  assert.equal(of(above, hearing([1, 2, 3, 4, 5])), null, "15 errors");
  assert.equal(of(above, hearing([0, 0, 0, 0, 0])), null, "no errors");
  assert.equal(pairedRatio([above], [below], "none"), null, "no such protocol");
});
