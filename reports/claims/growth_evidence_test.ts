import assert from "node:assert/strict";
import { buildReport } from "../derive.ts";
import { exampleReport } from "../example_report.ts";
import type { Evidence, GrowthRule } from "./claim.ts";
import { growthEvidence } from "./growth_evidence.ts";
import { claimOf, published, scalingWith, setSeconds } from "./testing.ts";

const time = claimOf("linear-time").rule as GrowthRule;
const memory = claimOf("linear-memory").rule as GrowthRule;

/** The evidence of one engine. */
const of = (evidence: readonly Evidence[], engine: string): Evidence =>
  evidence.find(({ subject }) => subject === engine)!;

/** The example with samba's encoder taking c · minutes^exponent. */
const growing = (exponent: number) =>
  scalingWith((row) => row.engine === "samba" && setSeconds(row, 0.02 * row.minutes ** exponent));

Deno.test("growthEvidence() is for a linear claim with linear time, one piece for each engine and batch", () => {
  const evidence = growthEvidence(time, published(exampleReport([1, 8])));
  assert.deepEqual(evidence.map(({ subject, setting }) => `${subject}, ${setting}`), [
    "samba, base, batch 1, 5–30 min",
    "samba-streaming, base, batch 1, 5–30 min",
    "samba, base, batch 8, 5–30 min",
    "samba-streaming, base, batch 8, 5–30 min",
  ]);
  for (const { bearing, because, figure, interval } of evidence) {
    assert.deepEqual([bearing, because], ["for", "linear"]);
    assert.match(`${figure} ${interval}`, /^exponent \d\.\d{2,3} \[\d\.\d{2,3}, \d\.\d{2,3}\]$/);
  }
});

Deno.test("growthEvidence() is against it with an interval above the threshold", () => {
  const { bearing, because, margin, figure } = of(growthEvidence(time, published(growing(1.6))), "samba");
  assert.deepEqual([bearing, because, figure], ["against", "the interval begins above 1.10", "exponent 1.600"]);
  assert.ok(margin! < 0);
});

Deno.test("growthEvidence() takes an exponent below 1 as for it, and says why it may be so", () => {
  const { bearing, because } = of(growthEvidence(time, published(growing(0.7))), "samba");
  assert.equal(bearing, "for");
  assert.match(because, /^below linear, as with fixed costs, or short audio that does not fill the device$/);
  assert.match(of(growthEvidence(time, published(growing(0.95))), "samba").because, /^a little below linear, /);
  assert.match(
    of(growthEvidence(time, published(growing(1.05))), "samba").because,
    /^above linear, but not above n log n$/,
  );
});

Deno.test("growthEvidence() does not decide by an interval across the threshold, nor by a curve that bends upwards", () => {
  const scattered = scalingWith((row) =>
    row.engine === "samba" && setSeconds(row, row.minutes * (row.minutes === 10 ? 1.4 : 1))
  );
  const { bearing, because } = of(growthEvidence(time, published(scattered)), "samba");
  assert.deepEqual([bearing, because], ["undecided", "the interval reaches above 1.10"]);

  const bent = scalingWith((row) => row.engine === "samba" && setSeconds(row, row.minutes));
  bent.fits = bent.fits.map((fit) => fit.engine === "samba" ? { ...fit, tail_exponent: 1.4 } : fit);
  assert.match(of(growthEvidence(time, published(bent)), "samba").because, /longest lengths is 1\.40: the curve bends/);
});

Deno.test("growthEvidence() does not decide without a control, an interval, lengths enough, or a GPU", () => {
  const because = (report: ReturnType<typeof exampleReport>, rule = time): string => {
    const piece = of(growthEvidence(rule, published(report)), "samba");
    assert.equal(piece.bearing, "undecided");
    return piece.because;
  };
  const flat = scalingWith((row) => row.engine.startsWith("transformer") && setSeconds(row, row.minutes));
  assert.match(because(flat), /^no control: at these lengths transformer-naive or transformer-flash does not measure/);

  const unsure = exampleReport();
  for (const fit of unsure.fits) if (fit.engine.startsWith("transformer")) fit.lower = 1;
  assert.match(because(unsure), /^no control: /);
  const elsewhere = exampleReport([1, 8]);
  elsewhere.fits = elsewhere.fits.filter(({ engine, batch }) => batch === 8 || !engine.startsWith("transformer"));
  assert.match(because(elsewhere), /^no control: /);
  assert.equal(growthEvidence(time, published(elsewhere)).at(-1)!.bearing, "for", "batch 8 has one");

  const software = exampleReport();
  software.environment.adapter.is_software = true;
  assert.equal(because(software), "times of a software adapter");
  assert.equal(of(growthEvidence(memory, published(software)), "samba").bearing, "for");

  const { environment, rows } = exampleReport();
  const part = (minutes: readonly number[]) =>
    buildReport(environment, rows.filter((row) => minutes.includes(row.minutes)), 25, false);
  assert.equal(because(part([5, 10, 20])), "3 lengths, 4 are asked for");
  assert.equal(because(part([5, 10]), memory), "the exponent has no interval");
  const narrow = { ...time, lengths: { ...time.lengths, value: 2 } };
  assert.equal(because(part([10, 20, 30]), narrow), "the lengths span a factor of 3.00, 4 is asked for");
});

Deno.test("growthEvidence() of memory says where a batch was split at some lengths only", () => {
  const report = scalingWith((row) => {
    if (row.engine !== "samba") return;
    Object.assign(row, { batch: 1, micro_batch: 1 });
    const bytes = (row.minutes === 30 ? 10 : row.minutes) * 2 ** 30;
    Object.assign(row.memory, { ledger_peak_bytes: bytes + 1, ledger_peak_by_tag: { weights: 1, activations: bytes } });
  });
  for (const row of report.rows) {
    if (row.engine === "samba") Object.assign(row, { batch: 2, micro_batch: row.minutes === 30 ? 1 : 2 });
  }
  for (const fit of report.fits) if (fit.engine === "samba") fit.batch = 2;
  const { bearing, because } = of(growthEvidence(memory, published(report)), "samba");
  assert.deepEqual([bearing, because], [
    "undecided",
    "the interval reaches above 1.10: the batch was split at 30 min only",
  ]);
});
