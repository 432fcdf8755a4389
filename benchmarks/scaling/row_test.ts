import assert from "node:assert/strict";
import { measuredRow, missingRow, type Point } from "../../reports/rows.ts";
import { rowText } from "./row.ts";

const POINT: Point = {
  engine: "samba",
  preset: "nano",
  minutes: 1,
  batch: 2,
  frames: 1500,
  forced_tokens: 4,
  micro_batch: 2,
  predicted_seconds: null,
};

Deno.test("rowText() tells the median and how many times real time that is, whatever a slow repeat adds", () => {
  const memory = {
    ledger_peak_bytes: 1,
    ledger_peak_by_tag: { weights: 1 },
    reserved_peak_bytes: 1,
    outside_peak_bytes: null,
    outside_source: null,
  };
  const row = measuredRow(POINT, 0, [0.5, 0.4, 30], [], memory, "a".repeat(64));
  assert.equal(rowText(row, null), "samba 1 min batch 2: 500 ms, 240 times real time");
});

Deno.test("rowText() tells why there is no figure, or refers to the shorter point that told", () => {
  const shorter = missingRow({ ...POINT, minutes: 0.5, batch: 1 }, "over-limit", "too large a binding");
  const longer = missingRow({ ...POINT, batch: 1 }, "over-limit", "not tried: at 0.5 min already, too large a binding");
  assert.equal(rowText(shorter, null), "samba 0.5 min: over-limit, too large a binding");
  assert.equal(rowText(longer, shorter), "samba 1 min: over-limit, as at 0.5 min");
});
