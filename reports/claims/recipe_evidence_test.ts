import assert from "node:assert/strict";
import type { EvalReport } from "../eval_schema.ts";
import type { RecipeRule } from "./claim.ts";
import { recipeEvidence } from "./recipe_evidence.ts";
import { claimOf, evaluated, MODELS, published } from "./testing.ts";

const family = claimOf("more-accurate").rule as RecipeRule;
const connection = claimOf("cross-connection").rule as RecipeRule;

Deno.test("recipeEvidence() compares samba and transformer of one recipe on the same utterances", () => {
  const reports = (samba: readonly [number, number, number], other: readonly [number, number, number]) => [
    evaluated({ dataset: "an4", model: "small" }, samba),
    evaluated({ dataset: "an4", model: "small-transformer", engine: "transformer" }, other),
  ];
  const of = (...all: EvalReport[]) => recipeEvidence(family, published(...all), MODELS);
  const [better] = of(...reports([8, 7.5, 8.5], [10, 9.5, 10.5]));
  assert.equal(better.bearing, "for");
  assert.deepEqual([better.subject, better.setting], [
    "small beside small-transformer",
    "an4 (test-other), decoding ctc",
  ]);
  assert.deepEqual([better.figure, better.because], [
    "the other's rate is 1.25 times its own",
    "8.00 % beside 10.00 %, one training each",
  ]);
  assert.equal(better.sources.length, 2);
  assert.equal(of(...reports([10, 9.5, 10.5], [8, 7.5, 8.5]))[0].bearing, "against");
  assert.equal(of(...reports([8, 6, 10], [8.5, 6.5, 10.5]))[0].bearing, "undecided");

  const [samba, transformer] = reports([8, 7.5, 8.5], [10, 9.5, 10.5]);
  const other = structuredClone(transformer);
  other.dataset.sha256 = "0".repeat(64);
  assert.deepEqual(of(samba, other), [], "other utterances");
  const beam = structuredClone(transformer);
  beam.engine.settings.decoding = "ctc-beam";
  assert.deepEqual(of(samba, beam), [], "other decoding");
  assert.deepEqual(of(evaluated({ dataset: "an4", model: "large" }, [8, 7, 9]), transformer), [], "other recipe");
  assert.deepEqual(of(evaluated({ dataset: "an4", model: "unheard of" }, [8, 7, 9]), transformer), [], "unknown");
});

Deno.test("recipeEvidence() counts of models with one name that of the config asked for", () => {
  const reports = [
    evaluated({ dataset: "an4", model: "small" }, [8, 7.5, 8.5]),
    evaluated({ dataset: "an4", model: "small-transformer", engine: "transformer" }, [10, 9.5, 10.5]),
  ];
  const of = (config: string) =>
    recipeEvidence(
      family,
      published(...reports),
      MODELS.map((one) => one.family === "samba" ? one : { ...one, config }),
    );
  assert.equal(of("hash of small-transformer").length, 1);
  assert.deepEqual(of("another hash"), []);
});

Deno.test("recipeEvidence() makes one rate of trainings with other seeds, and counts none twice", () => {
  const seeds = (model: string, engine: string, rates: readonly number[]) =>
    rates.map((rate, i) => evaluated({ dataset: "an4", model, engine, seed: i + 1 }, [rate, 0.98 * rate, 1.02 * rate]));
  const of = (...all: EvalReport[]) => recipeEvidence(family, published(...all), MODELS);
  const steady = [...seeds("small", "samba", [5, 5.1, 4.9]), ...seeds("small-transformer", "transformer", [7, 7.1])];
  const [piece, ...others] = of(...steady);
  assert.deepEqual([others.length, piece.sources.length], [0, 5]);
  assert.deepEqual([piece.bearing, piece.because], ["for", "5.00 % beside 7.05 %, means of 3 and 2 trainings"]);
  assert.deepEqual(of(...steady, steady[0])[0].numbers, piece.numbers, "the same weights, evaluated again");
  const unsteady = [...seeds("small", "samba", [3, 5, 7]), ...seeds("small-transformer", "transformer", [7, 7.1])];
  assert.equal(of(...unsteady)[0].bearing, "undecided", "seeds differ by more than the families do");
});

Deno.test("recipeEvidence() compares cross-connections by decoders that use them", () => {
  const reports = (decoding: string, mamba: number, attention: number) => [
    evaluated({ dataset: "an4", model: "small", decoding }, [mamba, 0.95 * mamba, 1.05 * mamba]),
    evaluated({ dataset: "an4", model: "small-attention", decoding }, [attention, 0.95 * attention, 1.05 * attention]),
  ];
  const of = (...all: EvalReport[]) => recipeEvidence(connection, published(...all), MODELS);
  assert.equal(of(...reports("greedy", 10, 10))[0].bearing, "for");
  assert.equal(of(...reports("greedy", 31, 14))[0].bearing, "against");
  assert.equal(of(...reports("beam", 10, 9))[0].bearing, "undecided");
  assert.deepEqual(of(...reports("ctc", 10, 10), ...reports("ctc-beam", 10, 10)), []);
  const part = reports("greedy", 10, 10);
  part[1].dataset.expected.utterances = 130;
  assert.deepEqual([of(...part)[0].bearing, of(...part)[0].because], [
    "undecided",
    "12 of 130 utterances: a part, not the test set",
  ]);
  const zero = reports("greedy", 0, 10);
  assert.equal(of(...zero)[0].because, "a rate or the end of its interval is zero");
});
