import assert from "node:assert/strict";
import { findingsText } from "./text.ts";

const machine = {
  git_commit: null,
  git_dirty: null,
  driver: "580.1",
  os: "Debian",
  cpu: "EPYC",
  cpu_cores: 2,
  memory_bytes: 2 ** 34,
  deno: "2.9.6",
  v8: "15",
  packages: { zod: "4.6.7" },
};

Deno.test("findingsText() shows each check with its remedy, and the verdict", () => {
  const text = findingsText({
    kind: "doctor",
    schema_version: 1,
    can_measure: false,
    machine,
    gpu: { backend: "deno", adapter: null, limits: null, features: null },
    checks: [
      { name: "adapter", state: "failed", detail: "none", remedy: "install one" },
      { name: "git", state: "ok", detail: "there", remedy: null },
    ],
  });
  assert.match(text, /^system {4}Debian; EPYC, 2 cores, 16\.0 GiB$/m);
  assert.match(text, /^adapter {3}failed: none\n {10}→ install one\ngit {7}there$/m);
  assert.match(text, /cannot measure/);
  assert.doesNotMatch(text, /limits|commit/);
});
