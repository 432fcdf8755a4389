import assert from "node:assert/strict";
import type { TrainedModel } from "../claims.ts";
import type { EvalReport } from "../eval_schema.ts";
import { exampleEval } from "../example_eval.ts";
import type { LengthRule, RateRule, RecipeRule } from "./claim.ts";
import { lengthEvidence, rateEvidence, recipeEvidence } from "./rate_evidence.ts";
import { claimOf, evaluated, published } from "./testing.ts";

const clean = claimOf("wer-librispeech-clean").rule as RateRule;
const mean = claimOf("wer-mean").rule as RateRule;
const family = claimOf("more-accurate").rule as RecipeRule;
const connection = claimOf("cross-connection").rule as RecipeRule;
const length = claimOf("length-robustness").rule as LengthRule;

const MODELS: readonly TrainedModel[] = [
  { name: "large", family: "samba", recipe: "all", crossConnection: "mamba", hours: 15000 },
  { name: "small", family: "samba", recipe: "few", crossConnection: "mamba", hours: 960 },
  { name: "small-attention", family: "samba", recipe: "few", crossConnection: "attention", hours: 960 },
  { name: "small-transformer", family: "transformer", recipe: "few", crossConnection: "attention", hours: 960 },
];
const on = (model: string, rate: readonly [number, number, number], dataset = "librispeech-clean"): EvalReport =>
  evaluated({ dataset, model }, rate);

/** The one piece of evidence that a report is on the claim of LibriSpeech clean. */
function only(report: EvalReport) {
  const evidence = rateEvidence(clean, published(report), MODELS);
  assert.equal(evidence.length, 1);
  return evidence[0];
}

Deno.test("rateEvidence() is for a rate as low as claimed, whatever the model heard", () => {
  const { bearing, figure, interval, because, margin } = only(on("unheard of", [1.2, 1.0, 1.4]));
  assert.deepEqual([bearing, figure, interval], ["for", "1.20 %", "[1.00, 1.40]"]);
  assert.equal(because, "as low as 1.17 %, within the slack");
  assert.ok(Math.abs(margin! + 0.0003) < 1e-12);
});

Deno.test("rateEvidence() is against a claim only by a model that heard as much as the paper's", () => {
  const rate = [2.0, 1.7, 2.4] as const;
  assert.deepEqual([only(on("large", rate)).bearing, only(on("large", rate)).because], [
    "against",
    "the interval begins above 1.17 %",
  ]);
  const small = only(on("small", rate));
  assert.deepEqual([small.bearing, small.because], [
    "undecided",
    "above 1.17 %, but trained on 960 h of speech; 15,000 h are asked for",
  ]);
  assert.match(only(on("unheard of", rate)).because, /trained on how much speech is not known here; 15,000 h/);
});

Deno.test("rateEvidence() does not decide by an interval that reaches too far, or by a rate that does not stand for its set", () => {
  const because = (change: (report: EvalReport) => void): string => {
    const report = on("large", [1.1, 0.9, 1.3]);
    change(report);
    const piece = only(report);
    assert.equal(piece.bearing, "undecided");
    return piece.because;
  };
  assert.equal(only(on("large", [1.1, 0.9, 1.3])).bearing, "for");
  const far = only(on("large", [1.1, 0.9, 1.5]));
  assert.deepEqual([far.bearing, far.because], ["undecided", "the interval reaches too far above the claim to tell"]);
  assert.match(because((report) => report.dataset.expected.utterances = 2620), /^12 of 2,620 utterances: a part, not/);
  assert.equal(because((report) => report.interrupted = true), "the run was interrupted");
  assert.equal(because((report) => report.skip_bad = true), "2 of 12 utterances were left out");
  assert.match(
    because((report) => report.dataset.expected.words = 99),
    /^its references have \d+ words, the published set 99$/,
  );
  assert.equal(because((report) => report.scores.length = 1), "no rate under whisper-en-v1");
  assert.equal(
    because((report) => report.scores.forEach((score) => score.interval = null)),
    "the rate has no interval",
  );
});

Deno.test("rateEvidence() takes no notice of other engines, sets and kinds of reports", () => {
  const whisper = exampleEval().report;
  const transformer = evaluated({ dataset: "librispeech-clean", model: "x", engine: "transformer" }, [1, 0.9, 1.1]);
  assert.deepEqual(rateEvidence(clean, published(whisper, transformer, on("large", [1, 0.9, 1.1], "an4")), MODELS), []);
});

Deno.test("rateEvidence() of the mean asks for the four sets of one model", () => {
  const rates = { "librispeech-clean": 1.2, "librispeech-other": 2.5, gigaspeech: 9.2, spgispeech: 1.9 };
  const all = (model: string, more: number) =>
    Object.entries(rates).map(([set, rate]) => on(model, [rate + more, rate + more - 0.1, rate + more + 0.1], set));
  const of = (...reports: EvalReport[]) => rateEvidence(mean, published(...reports), MODELS);

  const [good] = of(...all("large", 0));
  assert.deepEqual([good.bearing, good.figure, good.interval], ["for", "3.70 %", "[3.65, 3.75]"]);
  assert.deepEqual(good.sources.map(({ report }) => report), [0, 1, 2, 3].map((i) => `${i}/report.json`));
  assert.equal(of(...all("large", 1))[0].bearing, "against");
  assert.equal(of(...all("small", 1))[0].bearing, "undecided");
  const [three] = of(...all("large", 0).slice(1));
  assert.deepEqual([three.bearing, three.because, three.numbers], ["undecided", "3 of 4 sets were evaluated", null]);

  const part = on("large", [1.2, 1.1, 1.3]);
  part.dataset.expected.utterances = 2620;
  const [flawed] = of(part, ...all("large", 0).slice(1));
  assert.match(flawed.because, /^librispeech-clean \(test-other\): 12 of 2,620 utterances: a part/);
  assert.equal(of(part, ...all("large", 0))[0].bearing, "for", "the whole set stands for it, not the part");
  assert.equal(of(...all("large", 0), ...all("small", 0)).length, 2, "each model has a mean of its own");
});

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
