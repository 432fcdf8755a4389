import assert from "node:assert/strict";
import { fieldsOf, pathPattern } from "./fields.ts";

Deno.test("fieldsOf() gives every field that holds no other, empty lists and records with them", () => {
  assert.deepEqual(fieldsOf({ a: 1, b: [{ c: null }, "x"], d: [], e: {} }), [
    { path: ["a"], value: 1 },
    { path: ["b", 0, "c"], value: null },
    { path: ["b", 1], value: "x" },
    { path: ["d"], value: [] },
    { path: ["e"], value: {} },
  ]);
});

Deno.test("pathPattern() leaves out indices and the keys that are data", () => {
  assert.equal(pathPattern(["rows", 3, "seconds", "samples", 0]), "rows[].seconds.samples[]");
  assert.equal(
    pathPattern(["rows", 3, "memory", "ledger_peak_by_tag", "weights"]),
    "rows[].memory.ledger_peak_by_tag.*",
  );
  assert.equal(pathPattern(["environment", "limits", "maxBufferSize"]), "environment.limits.*");
  assert.equal(pathPattern(["environment", "parameters", "samba", "total"]), "environment.parameters.*.total");
});
