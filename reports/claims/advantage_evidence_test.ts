import assert from "node:assert/strict";
import { exampleReport } from "../example_report.ts";
import { exampleTraining } from "../example_training.ts";
import { deriveTrainingFits } from "../training_derive.ts";
import { summarise } from "../rows.ts";
import { scalingEvidence, trainingEvidence } from "./advantage_evidence.ts";
import type { Evidence, ScalingRule, TrainingRule } from "./claim.ts";
import { claimOf, published, scalingWith, setSeconds, setStage } from "./testing.ts";

const rule = (id: string): ScalingRule => claimOf(id).rule as ScalingRule;
const training = claimOf("cheaper-training").rule as TrainingRule;

const of = (evidence: readonly Evidence[], subject: string): Evidence =>
  evidence.find((piece) => piece.subject === subject)!;

const PAIR = "samba beside transformer-flash";

Deno.test("scalingEvidence() compares every samba engine with every baseline at the longest common length", () => {
  const evidence = scalingEvidence(rule("faster-long-audio"), published(exampleReport()));
  assert.deepEqual(evidence.map(({ subject, bearing }) => [subject, bearing]), [
    ["samba beside transformer-naive", "for"],
    [PAIR, "for"],
    ["samba-streaming beside transformer-naive", "for"],
    ["samba-streaming beside transformer-flash", "against"],
  ]);
  const [naive, flash, , slow] = evidence;
  assert.match(naive.figure, /^3\.\d\d times as fast at 10 min$/);
  assert.match(flash.figure, /^(1\.9|2\.0)\d times as fast at 30 min$/);
  assert.match(flash.interval, /^\[\d\.\d\d, \d\.\d\d\]$/);
  // What the engines cost: 0.02 m beside 0.01 m + 0.001 m², which meet at 10 minutes.
  assert.match(flash.because, /^it overtakes the other at \d+(\.\d)? min.*, over 5–30 min$/);
  assert.match(slow.because, /^it is faster than the other at no measured length, over 5–30 min$/);
  assert.equal(flash.sources[0].report, "0/report.json");
  assert.match(flash.sources[0].command, /^deno task bench:scaling /);
  assert.equal(flash.sources[0].device, "NVIDIA H200, driver 580.95.05");
});

Deno.test("scalingEvidence() is against where the lead is measurably below 5 %, undecided where the interval holds 5 %", () => {
  const with_ = (seconds: number) => {
    const report = scalingWith((row) => {
      if (row.engine === "samba") setSeconds(row, row.minutes);
      if (row.engine === "transformer-flash") setSeconds(row, seconds * row.minutes);
    });
    return of(scalingEvidence(rule("faster-long-audio"), published(report)), PAIR).bearing;
  };
  assert.equal(with_(1.02), "against");
  assert.equal(with_(1.05), "undecided");
  assert.equal(with_(1.08), "for");
});

Deno.test("scalingEvidence() does not decide by short audio, few repeats or a software adapter", () => {
  const piece = (report: ReturnType<typeof exampleReport>): Evidence => {
    const found = of(scalingEvidence(rule("faster-long-audio"), published(report)), PAIR);
    assert.equal(found.bearing, "undecided");
    assert.match(found.figure, /times as fast at/);
    return found;
  };
  const short = exampleReport();
  short.rows = short.rows.filter(({ minutes }) => minutes === 5);
  assert.equal(piece(short).because, "5 min is the longest that both have: not long audio");
  const few = scalingWith((row) => row.seconds = summarise(row.seconds.samples.slice(0, 4)));
  assert.equal(piece(few).because, "4 timed repeats, 5 are asked for");
  const software = exampleReport();
  software.environment.adapter.is_software = true;
  assert.equal(piece(software).because, "times of a software adapter");
});

Deno.test("scalingEvidence() of memory is exact, also of a software adapter", () => {
  const report = exampleReport();
  report.environment.adapter.is_software = true;
  const evidence = scalingEvidence(rule("less-memory"), published(report));
  const flash = of(evidence, PAIR);
  assert.deepEqual([flash.bearing, flash.interval, flash.because], [
    "against",
    "counted, exact",
    "it needs less memory than the other at no measured length, over 5–30 min",
  ]);
  assert.equal(of(evidence, "samba-streaming beside transformer-flash").bearing, "for");
});

Deno.test("scalingEvidence() of tokens takes the least favourable length, and tells what hearing the audio costs", () => {
  const report = scalingWith((row) => {
    const samba = row.engine.startsWith("samba");
    setStage(row, "decoder_per_token", samba ? 0.001 : 0.001 + 0.0001 * row.minutes);
    setStage(row, "decoder_prefill", samba ? 0.002 * row.minutes : 0.001 * row.minutes);
  });
  const evidence = scalingEvidence(rule("token-latency"), published(report));
  assert.deepEqual(evidence.map(({ subject }) => subject), [PAIR, "samba-streaming beside transformer-flash"]);
  assert.equal(evidence[0].bearing, "for");
  assert.equal(evidence[0].figure, "1.50 times as fast at 5 min");
  assert.equal(
    evidence[0].because,
    "the least of 4 lengths; 4.00 times at 30 min; hearing 30 min first takes 60.1 ms, the transformer's 30.1 ms",
  );
  const slower = scalingWith((row) =>
    setStage(
      row,
      "decoder_per_token",
      row.engine === "samba" && row.minutes === 5 ? 0.002 : row.engine === "samba" ? 0.0005 : 0.001,
    )
  );
  assert.equal(of(scalingEvidence(rule("token-latency"), published(slower)), PAIR).bearing, "against");
  const without = of(scalingEvidence(rule("token-latency"), published(exampleReport())), PAIR);
  assert.deepEqual([without.bearing, without.because], ["undecided", "no length has this figure of both"]);
});

Deno.test("trainingEvidence() judges steps at every common length", () => {
  const evidence = trainingEvidence(training, published(exampleTraining(), exampleReport()));
  assert.equal(evidence.length, 1);
  const [piece] = evidence;
  assert.deepEqual([piece.subject, piece.setting], ["samba beside transformer-naive", "base, head ctc, recomputing"]);
  assert.equal(piece.bearing, "for");
  assert.match(piece.figure, /^2\.\d\d times as fast at 5 min$/);
  assert.match(piece.because, /^the least of 2 lengths; 4\.\d\d times at 10 min$/);

  const slow = exampleTraining();
  const rows = slow.long!.rows;
  const step = rows.find(({ engine, minutes }) => engine === "samba" && minutes === 5)!.step;
  step.seconds = summarise(step.seconds!.samples.map((sample) => 10 * sample));
  slow.long!.fits = deriveTrainingFits(rows);
  assert.equal(trainingEvidence(training, published(slow))[0].bearing, "against");

  const software = exampleTraining();
  software.environment.adapter.is_software = true;
  assert.equal(trainingEvidence(training, published(software))[0].because, "times of a software adapter");
  const few = exampleTraining();
  for (const { step } of few.long!.rows) if (step.status === "ok") step.seconds.samples.length = 3;
  assert.equal(trainingEvidence(training, published(few))[0].because, "3 timed repeats, 5 are asked for");
  const none = exampleTraining();
  none.long = null;
  assert.deepEqual(trainingEvidence(training, published(none)), []);
});
