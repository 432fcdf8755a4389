import assert from "node:assert/strict";
import { buildReport, deriveCrossovers, deriveFits, isSamba } from "./derive.ts";
import { exampleEnvironment, exampleReport } from "./example_report.ts";
import { scalingReport } from "./schema.ts";

Deno.test("deriveFits() fits each engine, batch and quantity with two measured lengths, from ok rows alone", () => {
  const { rows } = exampleReport([1, 4]);
  const fits = deriveFits(rows, 25);
  assert.equal(fits.length, 4 * 4 * 2);
  const find = (engine: string, quantity: string): (typeof fits)[number] =>
    fits.find((fit) => fit.engine === engine && fit.quantity === quantity && fit.batch === 1)!;
  assert.equal(find("transformer-naive", "seconds").points, 2);
  assert.equal(find("samba", "seconds").points, 4);
  assert.ok(Math.abs(find("samba", "seconds").exponent - 1) < 0.05);
  assert.ok(Math.abs(find("samba", "encoder_seconds").exponent - 1) < 0.05);
  // 12 + 90 m without the weights, 60 + 90 m with them.
  assert.ok(find("samba", "activation_memory").exponent > find("samba", "memory").exponent + 0.02);
  assert.ok(Math.abs(find("samba-streaming", "memory").exponent) < 1e-9);
  assert.ok(find("transformer-flash", "seconds").tail_exponent > 1.5);
  assert.equal(find("transformer-naive", "memory").method, "none");
  assert.ok(fits.every((fit) => fit.lower <= fit.exponent && fit.exponent <= fit.upper && fit.frame_rate_hz === 25));
});

Deno.test("deriveFits() has no fit for an engine with one measured length", () => {
  const rows = exampleReport().rows.filter(({ engine, minutes }) => engine !== "samba" || minutes === 5);
  assert.ok(!deriveFits(rows, 25).some(({ engine }) => engine === "samba"));
});

Deno.test("deriveFits() and deriveCrossovers() leave the encoder out where timestamps are missing", () => {
  const { environment, rows } = exampleReport();
  const some = rows.map((row) =>
    row.status === "ok" && row.engine === "samba" && row.minutes > 5 ? { ...row, encoder_seconds: null } : row
  );
  const { fits, crossovers } = buildReport(environment, some, 25, false);
  const encoder = fits.filter(({ quantity }) => quantity === "encoder_seconds").map(({ engine }) => engine);
  assert.deepEqual(encoder, ["samba-streaming", "transformer-naive", "transformer-flash"]);
  const compared = crossovers.filter(({ quantity, a }) => quantity === "encoder_seconds" && a === "samba");
  assert.deepEqual(compared.map(({ common_points }) => common_points), [1, 1]);
  assert.equal(fits.filter(({ quantity }) => quantity === "seconds").length, 4);
});

Deno.test("deriveCrossovers() compares each samba engine with each other engine of its batch", () => {
  const crossovers = deriveCrossovers(exampleReport([1, 4]).rows, 25);
  assert.equal(crossovers.length, 2 * 2 * 4 * 2);
  const find = (a: string, b: string): (typeof crossovers)[number] =>
    crossovers.find((row) => row.a === a && row.b === b && row.quantity === "seconds" && row.batch === 4)!;
  // 0.02 m against 0.01 m + 0.001 m^2: equal at 10 minutes.
  const at = find("samba", "transformer-flash");
  assert.equal(at.kind, "at");
  assert.ok(at.minutes! > 8 && at.minutes! < 12.5 && at.lower! <= at.minutes! && at.minutes! <= at.upper!);
  // 0.05 m against it: equal at 40 minutes, outside the range.
  const beyond = find("samba-streaming", "transformer-flash");
  assert.equal(beyond.kind, "never-in-range");
  assert.ok(beyond.extrapolated!.minutes > 30 && beyond.extrapolated!.a_lower === "above");
  assert.equal(find("samba", "transformer-naive").common_points, 2);
});

Deno.test("deriveCrossovers() compares nothing across presets", () => {
  const rows = exampleReport().rows.map((row) => isSamba(row.engine) ? { ...row, preset: "small" } : row);
  assert.deepEqual(deriveCrossovers(rows, 25), []);
});

Deno.test("isSamba() knows the family by name", () => {
  const engines = ["samba", "samba-causal", "samba-streaming", "sambal", "transformer-flash"];
  assert.deepEqual(engines.map(isSamba), [true, true, true, false, false]);
});

Deno.test("buildReport() gives a report that the schema accepts, also when nothing was measured", () => {
  const missing = exampleReport().rows.filter((row) => row.status !== "ok");
  const report = buildReport(exampleEnvironment(), missing, 25, false);
  assert.deepEqual([report.fits, report.crossovers], [[], []]);
  assert.ok(scalingReport.safeParse(report).success);
});
