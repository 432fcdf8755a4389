import assert from "node:assert/strict";
import { exampleReport } from "./example_report.ts";
import { figureOf, isMeasured, QUANTITIES, quantityName, samplesOf } from "./quantity.ts";

const { rows } = exampleReport();
const row = rows.find((one) => one.status === "ok")!;

Deno.test("figureOf() and samplesOf() give each quantity of a row", () => {
  assert.deepEqual(samplesOf(row, "seconds"), row.seconds.samples);
  assert.equal(figureOf(row, "encoder_seconds")?.median, row.encoder_seconds?.median);
  assert.deepEqual(samplesOf(row, "memory"), [row.memory.ledger_peak_bytes]);
  const { ledger_peak_bytes, ledger_peak_by_tag } = row.memory;
  const activations = ledger_peak_bytes! - ledger_peak_by_tag.weights;
  assert.deepEqual(figureOf(row, "activation_memory"), { median: activations, lower: activations, upper: activations });
});

Deno.test("figureOf() and samplesOf() give null where a row has no figure above zero", () => {
  const bare = { ...row, encoder_seconds: null, memory: { ...row.memory, ledger_peak_by_tag: {} } };
  const onlyWeights = {
    ...row,
    memory: { ...row.memory, ledger_peak_by_tag: { weights: row.memory.ledger_peak_bytes! } },
  };
  for (
    const [one, quantity] of [[bare, "encoder_seconds"], [bare, "activation_memory"], [
      onlyWeights,
      "activation_memory",
    ]] as const
  ) {
    assert.equal(figureOf(one, quantity), null);
    assert.equal(samplesOf(one, quantity), null);
    assert.equal(isMeasured([one], quantity), false);
  }
});

Deno.test("isMeasured() looks at measured rows alone, and every quantity has a name of its own", () => {
  assert.ok(QUANTITIES.every((quantity) => isMeasured(rows, quantity)));
  const missing = rows.filter(({ status }) => status !== "ok");
  assert.ok(missing.length > 0 && !QUANTITIES.some((quantity) => isMeasured(missing, quantity)));
  assert.equal(new Set(QUANTITIES.map(quantityName)).size, QUANTITIES.length);
});
