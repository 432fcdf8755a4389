import assert from "node:assert/strict";
import type { EvalReport } from "../eval_schema.ts";
import { exampleEval } from "../example_eval.ts";
import type { RateRule } from "./claim.ts";
import { rateEvidence } from "./rate_evidence.ts";
import { claimOf, evaluated, MODELS, on, published } from "./testing.ts";

const clean = claimOf("wer-librispeech-clean").rule as RateRule;
const mean = claimOf("wer-mean").rule as RateRule;

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
