import assert from "node:assert/strict";
import { exampleReport } from "./example_report.ts";
import { markdownReport } from "./markdown.ts";
import { measuredRow } from "./rows.ts";
import type { MeasuredRow, ScalingReport } from "./schema.ts";
import { verifyReport } from "./verify.ts";

type Change = (report: ScalingReport, row: MeasuredRow) => void;

/** Where verification finds differences after `change`, which gets the report and its first measured row. */
function caught(change: Change): string[] {
  const report = exampleReport();
  change(report, report.rows.find((row) => row.status === "ok")!);
  return verifyReport(report, null).map(({ where }) => where);
}

Deno.test("verifyReport() finds nothing in an honest report, also after a passage through JSON", () => {
  const report = exampleReport([1, 4]);
  assert.deepEqual(verifyReport(report, markdownReport(report)), []);
  assert.deepEqual(verifyReport(JSON.parse(JSON.stringify(report)), markdownReport(report)), []);
});

Deno.test("verifyReport() catches every derived figure of a row by the last bit", () => {
  const up = (value: number): number => value * (1 + 2 ** -51);
  const changes: Record<string, Change> = {
    "rows[0].seconds.median": (_, row) => row.seconds.median = up(row.seconds.median),
    "rows[0].seconds.lower": (_, row) => row.seconds.lower = up(row.seconds.lower),
    "rows[0].seconds.upper": (_, row) => row.seconds.upper = up(row.seconds.upper),
    "rows[0].seconds.outliers.length": (_, row) => row.seconds.outliers.push(0),
    "rows[0].encoder_seconds.median": (_, row) => row.encoder_seconds!.median = up(row.encoder_seconds!.median),
    "rows[0].encoder_seconds.samples[2]": (_, row) =>
      row.encoder_seconds!.samples[2] = up(row.encoder_seconds!.samples[2]),
    "rows[0].rtfx": (_, row) => row.rtfx = up(row.rtfx),
    "rows[0].repeats_short": (_, row) => row.repeats_short = !row.repeats_short,
    "rows[0].stages[1].seconds.median": (_, row) => row.stages[1].seconds.median = up(row.stages[1].seconds.median),
    "rows[0].stages[3].seconds.lower": (_, row) => row.stages[3].seconds.lower = up(row.stages[3].seconds.lower),
    "rows[0].frames": (_, row) => row.frames = row.frames * 2,
  };
  for (const [where, change] of Object.entries(changes)) assert.deepEqual(caught(change), [where]);
});

Deno.test("verifyReport() catches a changed sample in the row, the fit and the comparisons", () => {
  const places = caught((_, row) => row.seconds.samples[0] *= 3);
  for (const place of ["rows[0].rtfx", "rows[0].seconds.median", "fits[0].exponent"]) {
    assert.ok(places.includes(place), `${place} is not among ${places.join(", ")}`);
  }
  assert.ok(caught((_, row) => row.stages[0].seconds.samples[0] *= 3).includes("rows[0].stages[0].seconds.median"));
});

Deno.test("verifyReport() catches a changed stage in the encoder's time, its fit and its comparisons", () => {
  const places = caught((_, row) => row.stages.find(({ name }) => name === "ctc")!.seconds.samples[0] *= 90);
  assert.ok(places.includes("rows[0].encoder_seconds.samples[0]"));
  // Both changed alike, so that the row agrees with itself: the fit tells.
  const alike = caught((_, row) => {
    const stages = row.stages.map(({ name, clock, seconds }) => ({
      name,
      clock,
      samples: seconds.samples.map((sample) => 2 * sample),
    }));
    const { encoder_seconds, stages: doubled } = measuredRow(row, 2, [1], stages, row.memory, row.tokens_sha256);
    Object.assign(row, { encoder_seconds, stages: doubled });
  });
  const { fits, crossovers } = exampleReport();
  assert.ok(alike.some((place) => /^fits\[/.test(place)) && alike.some((place) => /^crossovers\[/.test(place)));
  for (const place of alike) {
    const [, list, index] = /^(fits|crossovers)\[(\d+)\]/.exec(place)!;
    assert.equal((list === "fits" ? fits : crossovers)[Number(index)].quantity, "encoder_seconds", place);
  }
  assert.deepEqual(caught((_, row) => row.encoder_seconds = null)[0], "rows[0].encoder_seconds");
});

Deno.test("verifyReport() catches weights that were counted as something else", () => {
  const places = caught((_, row) => {
    row.memory.ledger_peak_by_tag.weights -= 2 ** 20;
    row.memory.ledger_peak_by_tag.activations += 2 ** 20;
  });
  const { fits, crossovers } = exampleReport();
  assert.ok(places.length > 0);
  for (const place of places) {
    const [, list, index] = /^(fits|crossovers)\[(\d+)\]/.exec(place)!;
    assert.equal((list === "fits" ? fits : crossovers)[Number(index)].quantity, "activation_memory", place);
  }
  const where = "rows[0].memory.ledger_peak_bytes";
  assert.ok(caught((_, row) => row.memory.ledger_peak_by_tag.activations -= 1).includes(where));
});

Deno.test("verifyReport() catches in report.md that a run was interrupted or tokens differ", () => {
  for (
    const change of [
      (report: ScalingReport) => report.interrupted = true,
      (report: ScalingReport) => {
        const at5 = report.rows.find(({ engine, minutes }) => engine === "transformer-flash" && minutes === 5)!;
        Object.assign(at5, { tokens_sha256: "0".repeat(64) });
      },
    ]
  ) {
    const report = exampleReport();
    const markdown = markdownReport(report);
    change(report);
    assert.equal(verifyReport(report, markdown).length, 1);
  }
});

Deno.test("verifyReport() catches every figure of a fit", () => {
  for (const key of ["exponent", "lower", "upper", "intercept", "tail_exponent"] as const) {
    assert.deepEqual(caught((report) => report.fits[1][key] += 1e-6), [`fits[1].${key}`]);
  }
  assert.deepEqual(caught((report) => report.fits[0].r2 -= 1e-6), ["fits[0].r2"]);
  assert.deepEqual(caught((report) => report.fits[0].points++), ["fits[0].points"]);
  assert.deepEqual(caught((report) => report.fits[0].method = "none"), ["fits[0].method"]);
  assert.deepEqual(caught((report) => report.fits.pop()), ["fits.length"]);
  assert.deepEqual(caught((report) => report.fits[0].engine = "other"), ["fits[0].engine"]);
});

Deno.test("verifyReport() catches every figure of a crossover", () => {
  const { crossovers } = exampleReport();
  const at = crossovers.findIndex(({ kind }) => kind === "at");
  const beyond = crossovers.findIndex(({ extrapolated }) => extrapolated !== null);
  for (const key of ["minutes", "lower", "upper", "agreement"] as const) {
    assert.deepEqual(caught((report) => report.crossovers[at][key]! -= 1e-6), [`crossovers[${at}].${key}`]);
  }
  assert.deepEqual(caught((report) => report.crossovers[at].kind = "always"), [`crossovers[${at}].kind`]);
  assert.deepEqual(caught((report) => report.crossovers[beyond].extrapolated!.minutes *= 1.01), [
    `crossovers[${beyond}].extrapolated.minutes`,
  ]);
  assert.deepEqual(caught((report) => report.crossovers[beyond].extrapolated = null), [
    `crossovers[${beyond}].extrapolated`,
  ]);
  assert.deepEqual(caught((report) => report.crossovers.shift()), ["crossovers.length"]);
});

Deno.test("verifyReport() catches memory that contradicts its fit or its tags, and a row that went missing", () => {
  const places = caught((_, row) => row.memory.ledger_peak_bytes! *= 2);
  assert.ok(places.includes("rows[0].memory.ledger_peak_bytes"));
  assert.ok(places.some((place) => /^fits\[\d+\]\.exponent$/.test(place)));
  assert.ok(caught((report) => report.rows.splice(1, 1)).includes("fits[0].points"));
  assert.ok(caught((report) => report.frame_rate_hz = 50).includes("rows[0].frames"));
});

Deno.test("verifyReport() shows the first line in which report.md differs", () => {
  const report = exampleReport();
  const markdown = markdownReport(report);
  const changed = markdown.replace("at every measured length", "at almost every measured length");
  const [difference, ...others] = verifyReport(report, changed);
  assert.deepEqual(others, []);
  assert.match(difference.where, /^report\.md line \d+$/);
  assert.match(difference.stated, /almost/);
  assert.doesNotMatch(difference.recomputed, /almost/);
  assert.equal(verifyReport(report, markdown + "P.S.\n").length, 1);
  assert.equal(verifyReport(report, "").length, 1);
});
