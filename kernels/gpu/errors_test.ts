import assert from "node:assert/strict";
import { formatBytes, GpuError } from "./errors.ts";

Deno.test("formatBytes() picks the unit", () => {
  const sizes: [number, string][] = [
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.50 KiB"],
    [128 * 1024 ** 2, "128.0 MiB"],
    [2 ** 31 - 4, "2.00 GiB"],
    [5e15, "4547.5 TiB"],
  ];
  for (const [bytes, text] of sizes) assert.equal(formatBytes(bytes), text);
});

Deno.test("GpuError is an Error with its kind of failure", () => {
  const error = new GpuError("over-limit", "too large");
  assert.ok(error instanceof Error);
  assert.deepEqual([error.name, error.failure, error.message], ["GpuError", "over-limit", "too large"]);
});
