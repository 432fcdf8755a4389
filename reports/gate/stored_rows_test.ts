import assert from "node:assert/strict";
import { exampleKernels } from "../example_kernels.ts";
import { exampleReport } from "../example_report.ts";
import { copyKernelRow, measuredKernel } from "../kernels_rows.ts";
import type { KernelsReport } from "../kernels_schema.ts";
import { deriveGate } from "./derive.ts";
import { incomparable, storedPairs, storedRows } from "./stored_rows.ts";
import { ENVIRONMENT } from "./testing.ts";

const RULES = { effect: 0.05, alpha: 0.02 };

/** A kernels report of a copy and a norm, whose samples spread by about 1 %. */
function kernels(copy: number, norm: number): KernelsReport {
  const samples = (middle: number): number[] => [1, 1.01, 0.99, 1.005, 0.995, 1].map((factor) => factor * middle);
  const row = copyKernelRow("copy kernel 32 MiB", 2 ** 26, samples(copy));
  return { ...exampleKernels(), rows: [row, measuredKernel({ name: "norm" }, samples(norm), row.bytes_per_second)] };
}

function gate(was: KernelsReport, now: KernelsReport) {
  const measured = { baseline: "a", candidate: "b", kind: "kernels" as const, rules: RULES, allowed: [] };
  const stored = { ...measured, ...storedPairs(was, now) };
  return deriveGate({ environment: ENVIRONMENT, exact: null, timing: null, stored });
}

Deno.test("storedRows() finds a kernel that got slower between two reports, and one that did not", () => {
  const { exit_code, messages } = gate(kernels(1, 1), kernels(1, 1.2));
  assert.equal(exit_code, 1);
  assert.match(messages[0], /^REGRESSION: norm is (19|20)\.\d % slower/);
  assert.equal(gate(kernels(1, 1), kernels(1, 1.01)).exit_code, 0);
});

Deno.test("storedRows() takes the copy kernel, which hangs on no code, for a control", () => {
  const { exit_code, messages } = gate(kernels(1, 1), kernels(1.2, 1.2));
  assert.equal(exit_code, 2);
  assert.match(messages[0], /could not measure: copy kernel 32 MiB differs from itself/);
});

Deno.test("storedPairs() pairs what both reports measured, and says what it left out", () => {
  const now = kernels(1, 1);
  now.rows.push({ name: "scan", status: "failed", reason: "x" });
  now.rows.push(measuredKernel({ name: "new" }, [1, 1], 1));
  const was = kernels(1, 1);
  was.rows.push({ name: "scan", status: "failed", reason: "x" });
  const { pairs, left_out } = storedPairs(was, now);
  assert.deepEqual(pairs.map(({ name, control }) => [name, control]), [["copy kernel 32 MiB", true], ["norm", false]]);
  assert.deepEqual(left_out, [
    { name: "scan", reason: "measured in neither" },
    { name: "new", reason: "not measured in the baseline" },
  ]);
  const own = exampleReport();
  const measured = own.rows.filter(({ status, seconds }) => status === "ok" && seconds!.samples.length > 1);
  assert.equal(storedPairs(own, own).pairs.length, measured.length);
  assert.deepEqual(
    storedRows({ rules: RULES, ...storedPairs(own, own) }).map(({ ratio }) => ratio),
    measured.map(() => 1),
  );
});

Deno.test("incomparable() tells other adapters, drivers, implementations, configurations and audio", () => {
  const was = exampleReport();
  assert.deepEqual(incomparable(was, exampleReport()), []);
  const now = exampleReport();
  now.environment.adapter = { ...now.environment.adapter, description: "another GPU", backend: "dawn" };
  now.environment.driver = "1.2";
  const engine = Object.keys(now.environment.config_hashes)[0];
  now.environment.config_hashes[engine] = "another";
  const minutes = Object.keys(now.environment.dataset.manifest_sha256)[0];
  now.environment.dataset.manifest_sha256[minutes] = "0".repeat(64);
  const found = incomparable(was, now).map((line) => line.split(":")[0]);
  assert.deepEqual(found, [
    "adapter",
    "WebGPU implementation",
    "driver",
    `configuration of ${engine}`,
    `audio of ${minutes} min`,
  ]);
});
