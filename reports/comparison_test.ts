import assert from "node:assert/strict";
import { comparisonSentences, crossoverText, extrapolationText, fewestRepeats } from "./comparison.ts";
import { buildReport } from "./derive.ts";
import { exampleReport } from "./example_report.ts";
import type { CrossoverRow } from "./schema.ts";

const ROW: CrossoverRow = {
  ...exampleReport().crossovers[0],
  quantity: "seconds",
  kind: "at",
  minutes: 12.34,
  lower: 11,
  upper: 13,
  common_points: 4,
  agreement: 1,
  extrapolated: null,
};

Deno.test("crossoverText() words every kind for time and for memory", () => {
  const text = (changed: Partial<CrossoverRow>): string => crossoverText({ ...ROW, ...changed }, "B", "", 10);
  assert.equal(text({}), "**overtakes B at 12.3 min [11.0, 13.0]**");
  assert.equal(text({ lower: 12.34, upper: 12.34 }), "**overtakes B at 12.3 min**");
  assert.equal(text({ kind: "until" }), "is **faster than B only up to 12.3 min [11.0, 13.0]**");
  assert.equal(text({ kind: "always" }), "is **faster than B at every measured length**");
  assert.equal(text({ kind: "never-in-range" }), "is **faster than B at no measured length**");
  assert.equal(text({ kind: "no-common-points", agreement: null }), "has no measured length in common with B");
  assert.equal(text({ quantity: "encoder_seconds" }), text({}));
  assert.equal(text({ quantity: "memory" }), "needs **less memory than B from 12.3 min [11.0, 13.0] on**");
  assert.equal(
    text({ quantity: "memory", kind: "until" }),
    "needs **less memory than B only up to 12.3 min [11.0, 13.0]**",
  );
  assert.equal(text({ quantity: "memory", kind: "always" }), "needs **less memory than B at every measured length**");
  assert.equal(
    text({ quantity: "activation_memory", kind: "never-in-range" }),
    "needs **less memory besides the weights than B at no measured length**",
  );
});

Deno.test("crossoverText() says when the resamples do not agree, and not in bold", () => {
  assert.equal(
    crossoverText({ ...ROW, kind: "always", agreement: 0.61 }, "B", " in encoder time", 3),
    "is faster than B at every measured length in encoder time (so in 61 % of the resamples only)",
  );
});

Deno.test("crossoverText() says of a time, and not of memory, that it rests on one or two repeats", () => {
  const row = { ...ROW, kind: "always" as const };
  assert.equal(crossoverText(row, "B", "", 1), "is faster than B at every measured length (single runs)");
  assert.equal(
    crossoverText({ ...row, agreement: 0.9 }, "B", "", 2),
    "is faster than B at every measured length (so in 90 % of the resamples only; as few as 2 repeats)",
  );
  const memory = { ...row, quantity: "memory" as const };
  assert.equal(crossoverText(memory, "B", "", 1), crossoverText(memory, "B", "", 10));
});

Deno.test("fewestRepeats() counts at the compared lengths of the two engines only", () => {
  const report = exampleReport();
  const pair = report.crossovers.find(({ a, b }) => a === "samba" && b === "transformer-naive")!;
  const row = (engine: string, minutes: number) =>
    report.rows.find((row) => row.engine === engine && row.minutes === minutes)!;
  const repeats = fewestRepeats(report, pair);
  assert.ok(repeats >= 3);
  const shorten = (engine: string, minutes: number, count: number): void => {
    const { seconds } = row(engine, minutes);
    seconds!.samples = seconds!.samples.slice(0, count);
  };
  shorten("samba", 30, 1);
  shorten("transformer-flash", 5, 1);
  assert.equal(fewestRepeats(report, pair), repeats, "naive has no 30 min, and flash is another engine");
  shorten("transformer-naive", 10, 2);
  assert.equal(fewestRepeats(report, pair), 2);
});

Deno.test("extrapolationText() says who is lower on which side, and nothing where nothing is known", () => {
  const extrapolated = { minutes: 60, a_lower: "above" as const };
  assert.equal(
    extrapolationText({ ...ROW, a: "A", b: "B", extrapolated }),
    "the fitted lines meet at 60 min, B lower before, A after",
  );
  assert.equal(extrapolationText(ROW), "");
});

Deno.test("comparisonSentences() tells time, encoder and memory of every pair at one batch size", () => {
  const sentences = comparisonSentences(exampleReport([1, 4]), 4);
  assert.equal(sentences.length, 4);
  const about = (a: string, b: string): string =>
    sentences.find((sentence) => sentence.startsWith(`**${a}** `) && sentence.includes(b))!;
  assert.match(
    about("samba", "transformer-flash"),
    /^\*\*samba\*\* \*\*overtakes transformer-flash at [\d.]+ min \[.*\]\*\* in end-to-end time; \*\*overtakes it at .*\*\* in encoder time; needs \*\*less memory than it at no measured length\*\*\.$/,
  );
  assert.match(
    about("samba-streaming", "transformer-flash"),
    /is \*\*faster than transformer-flash at no measured length\*\*, in end-to-end and in encoder time; needs \*\*less/,
  );
  assert.match(about("samba", "transformer-naive"), /\(only 5–10 min could be compared\)\.$/);
});

Deno.test("comparisonSentences() says that no length was measured for both, and nothing without a pair", () => {
  const { environment, rows } = exampleReport();
  const apart = rows.filter(({ engine, minutes }) =>
    engine === "samba" ? minutes > 10 : engine === "transformer-naive"
  );
  assert.deepEqual(comparisonSentences(buildReport(environment, apart, 25, false), 1), [
    "**samba** and transformer-naive: no length was measured for both.",
  ]);
  const alone = rows.filter(({ engine }) => engine === "samba");
  assert.deepEqual(comparisonSentences(buildReport(environment, alone, 25, false), 1), []);
});

Deno.test("comparisonSentences() leaves the encoder out where it has no timestamps", () => {
  const { environment, rows } = exampleReport();
  const bare = rows.map((row) => row.status === "ok" ? { ...row, encoder_seconds: null, stages: [] } : row);
  const sentences = comparisonSentences(buildReport(environment, bare, 25, false), 1);
  assert.equal(sentences.length, 4);
  assert.ok(
    sentences.every((sentence) => sentence.includes(" in end-to-end time; needs") && !/encoder/.test(sentence)),
  );
});
