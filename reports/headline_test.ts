import assert from "node:assert/strict";
import { buildReport } from "./derive.ts";
import { exampleReport } from "./example_report.ts";
import { crossoverText, findings, verdict } from "./headline.ts";
import type { CrossoverRow } from "./schema.ts";

Deno.test("verdict() says what the interval allows, favourable or not", () => {
  const said = (lower: number, upper: number, method: "student-t" | "none" = "student-t"): string =>
    verdict({ lower, upper, method });
  assert.equal(said(0.97, 1.03), "consistent with linear growth");
  assert.equal(said(1.01, 1.2), "faster than linear growth");
  assert.equal(said(1.8, 2.1), "faster than linear growth");
  assert.equal(said(0.6, 0.9), "slower than linear growth over this range");
  assert.equal(said(0, 0), "no measurable growth over this range");
  assert.equal(said(-0.1, 0.3), "no measurable growth over this range");
  assert.equal(said(-0.9, -0.2), "it shrinks with length");
  assert.match(said(-2, 4), /too wide/);
  assert.match(said(0.8, 2.4), /too wide/);
  assert.match(said(1, 1, "none"), /no interval/);
});

Deno.test("findings() has a sentence per samba engine with exponent, range and device, and the baselines beside", () => {
  const [time, memory, faster, smaller] = findings(exampleReport());
  assert.equal(time.sentences.length, 3);
  assert.match(
    time.sentences[0],
    /^samba: exponent \*\*1\.00 \[.*\]\*\* over 5–30 min \(4 lengths, batch 1\) on NVIDIA H200: /,
  );
  assert.match(time.sentences[2], /^For comparison: transformer-naive 1\.\d+ \[.*\], transformer-flash 1\./);
  assert.match(memory.sentences[0], /slower than linear growth over this range/);
  assert.match(faster.sentences[0], /no measurement at 20 min \(over-budget\), 30 min \(out-of-memory\)/);
  assert.ok(faster.sentences.some((text) => /samba-streaming against transformer-flash.*not faster at any/.test(text)));
  assert.ok(smaller.sentences.some((text) => /samba against transformer-flash.*not smaller at any/.test(text)));
});

Deno.test("findings() warns that an interval from two lengths sees no bend", () => {
  const { environment, rows } = exampleReport();
  const two = rows.filter(({ engine, minutes }) => engine === "samba" && minutes <= 10);
  const [time, memory] = findings(buildReport(environment, two, 25));
  assert.match(time.sentences[0], /; two lengths show the noise of their repeats only, and no bend\.$/);
  assert.match(memory.sentences[0], /neither supports nor refutes linear growth\.$/);
});

Deno.test("findings() says that a claim was not tested when nothing was measured for it", () => {
  const report = { ...exampleReport(), fits: [], crossovers: [] };
  assert.ok(findings(report).every(({ sentences }) => sentences.length === 1 && sentences[0].startsWith("Not tested")));
});

Deno.test("crossoverText() words every kind and labels what is extrapolated", () => {
  const row: CrossoverRow = {
    ...exampleReport().crossovers[0],
    kind: "at",
    minutes: 12.34,
    lower: 11,
    upper: 13,
    common_points: 4,
    agreement: 1,
    extrapolated: null,
  };
  assert.equal(crossoverText(row), "**faster from 12.3 min [11.0, 13.0] on**, over 4 common lengths");
  assert.match(crossoverText({ ...row, kind: "until" }), /only below 12\.3 min/);
  assert.match(crossoverText({ ...row, kind: "at", lower: 12.34, upper: 12.34 }), /from 12\.3 min on/);
  assert.match(crossoverText({ ...row, kind: "always", common_points: 1 }), /every one\*\* of 1 common length$/);
  assert.match(crossoverText({ ...row, kind: "no-common-points" }), /no length/);
  assert.match(
    crossoverText({ ...row, kind: "always", agreement: 0.61 }),
    /lengths \(so in 61 % of the resamples only\)$/,
  );
  const extrapolated = { minutes: 60, a_lower: "above" as const };
  assert.match(
    crossoverText({ ...row, a: "A", b: "B", kind: "never-in-range", extrapolated }),
    /not faster at any.*extrapolated, not measured: the fitted lines meet at 60 min, B lower before, A after/,
  );
});
