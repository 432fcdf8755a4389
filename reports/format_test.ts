import assert from "node:assert/strict";
import { exampleReport } from "./example_report.ts";
import { deviceName, formatBytes, formatExponent, formatMinutes, formatRange, formatSeconds } from "./format.ts";
import { formatSummary, significant } from "./format.ts";
import type { Fit } from "./schema.ts";

Deno.test("significant() keeps three digits over many orders of magnitude", () => {
  assert.deepEqual([0, 0.0012345, 0.5, 1, 12.345, 999.6, 123456].map(significant), [
    "0",
    "0.00123",
    "0.500",
    "1.00",
    "12.3",
    "1000",
    "123456",
  ]);
});

Deno.test("formatSeconds() and formatBytes() choose the unit", () => {
  assert.deepEqual([2e-7, 3e-5, 0.0456, 1.234, 3600].map(formatSeconds), [
    "0.200 µs",
    "30.0 µs",
    "45.6 ms",
    "1.23 s",
    "3600 s",
  ]);
  assert.deepEqual([0, 512, 1536, 3 * 2 ** 20, 1.5 * 2 ** 30].map(formatBytes), [
    "0 B",
    "512 B",
    "1.50 KiB",
    "3.00 MiB",
    "1.50 GiB",
  ]);
});

Deno.test("formatSummary() shows median and interval in the median's unit", () => {
  const summary = { samples: [0.95, 1.5, 2], median: 1.5, lower: 0.95, upper: 2, outliers: [] };
  assert.equal(formatSummary(summary), "1.50 s [0.950, 2.00]");
  assert.equal(
    formatSummary({ samples: [0.02], median: 0.02, lower: 0.02, upper: 0.02, outliers: [] }),
    "20.0 ms (single)",
  );
});

Deno.test("formatExponent() tells an interval from none and has no negative zero", () => {
  const fit = exampleReport().fits[0];
  const shown = (exponent: number, lower: number, upper: number, method: Fit["method"] = "student-t"): string =>
    formatExponent({ ...fit, exponent, lower, upper, method });
  assert.equal(shown(1.021, 0.99, 1.05), "1.02 [0.99, 1.05]");
  assert.equal(shown(1.0004, 0.999, 1.002), "1.000 [0.999, 1.002]");
  assert.equal(shown(-0.001, -0.2, 0.2), "0.00 [-0.20, 0.20]");
  assert.equal(shown(2, 2, 2, "none"), "2.00 (no interval)");
});

Deno.test("formatMinutes() and formatRange() keep whole minutes whole", () => {
  assert.deepEqual([5, 0.5, 16.37].map(formatMinutes), ["5 min", "0.5 min", "16.4 min"]);
  assert.equal(formatRange([10, 5, 30]), "5–30 min");
  assert.equal(formatRange([5]), "5 min");
});

Deno.test("deviceName() takes the description, else vendor and device, and says when it is software", () => {
  const { environment } = exampleReport();
  const named = (device: string, description: string, is_software: boolean): string =>
    deviceName({ ...environment, adapter: { ...environment.adapter, device, description, is_software } });
  assert.equal(named("0x2335", "", false), "nvidia 0x2335");
  assert.equal(named("0x2335", "NVIDIA H200", false), "NVIDIA H200");
  assert.equal(named("", "llvmpipe (LLVM 15)", true), "llvmpipe (LLVM 15) (software)");
});
