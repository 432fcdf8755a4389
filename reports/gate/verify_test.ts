import assert from "node:assert/strict";
import { fieldPath } from "../field_path.ts";
import { nudged } from "../verify/alter.ts";
import { fieldsOf } from "../verify/fields.ts";
import { withDigest } from "../verify/report_digest.ts";
import { verifyFile } from "../verify_file.ts";
import { deriveGate } from "./derive.ts";
import { gateMarkdown } from "./markdown.ts";
import type { GateReport } from "./schema.ts";
import { deviates, ENVIRONMENT, measuredTiming, rounds } from "./testing.ts";
import { readGate } from "./read.ts";
import { verifyGate } from "./verify.ts";
import { writeGate } from "./write.ts";

/** A report of all three lanes, with a difference and a regression. */
function example(): GateReport {
  const deviate = deviates(3);
  const pairs = ["matmul", "copy"].map((name) => {
    const samples = (slower: number) => Array.from({ length: 9 }, () => slower * Math.exp(0.01 * deviate()));
    return { name, baseline: samples(1), candidate: samples(name === "copy" ? 1 : 1.2), control: name === "copy" };
  });
  return deriveGate({
    environment: ENVIRONMENT,
    exact: {
      compared: [{ file: "any.json", items: 300 }],
      differences: [{ name: "flops/samba/encode", was: 1000, now: 1001 }],
      problems: [],
    },
    timing: measuredTiming(rounds(8, ["matmul", "scan"], 0.01, deviate, { "candidate scan": 1.2 })),
    stored: {
      baseline: "a/kernels.json",
      candidate: "b/kernels.json",
      kind: "kernels",
      rules: { effect: 0.05, alpha: 0.01 },
      allowed: [],
      pairs,
      left_out: [],
    },
  });
}

Deno.test("verifyGate() sees any number altered, and names its place", () => {
  const report = withDigest(example());
  assert.deepEqual(verifyGate(report, gateMarkdown(report)), []);
  let altered = 0;
  for (const { path, value } of fieldsOf(report)) {
    if (typeof value !== "number" || path[0] === "digest" || path[0] === "schema_version") continue;
    const changed = structuredClone(report);
    // deno-lint-ignore no-explicit-any -- a path of any field
    const holder = path.slice(0, -1).reduce((inner: any, key) => inner[key], changed);
    holder[path[path.length - 1]] = nudged(value);
    const places = verifyGate(changed, null).map(({ where }) => where);
    assert.ok(places.includes(fieldPath(path)), `${fieldPath(path)}: ${places}`);
    altered++;
  }
  assert.ok(altered > 100, `${altered}`);
});

Deno.test("verifyGate() without a digest still sees what follows from the samples", () => {
  const report = example();
  assert.deepEqual(verifyGate(report, gateMarkdown(report)), []);
  const slower = structuredClone(report);
  slower.timing!.rounds[0].candidate.matmul[0] *= 1.5;
  assert.ok(verifyGate(slower, null).some(({ where }) => where.startsWith("timing.rows[0]")));
  assert.deepEqual(verifyGate({ ...report, exit_code: 0 }, null).map(({ where }) => where), ["exit_code"]);
  assert.deepEqual(verifyGate(report, `${gateMarkdown(report)}more`).map(({ where }) => where.split(" ")[0]), [
    "gate.md",
  ]);
});

Deno.test("verifyFile() takes gate.json or its folder, and readGate() refuses others in one line", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [file] = await writeGate(example(), folder);
    for (const path of [file, folder]) {
      const { differences, contents, markdown } = await verifyFile(path);
      assert.deepEqual([differences, contents], [[], "300 items, 8 rounds, 4 rows"]);
      assert.notEqual(markdown, null);
    }
    const text = await Deno.readTextFile(file);
    for (
      const [wrong, pattern] of [
        ["{", /gate\.json: not JSON .*; run `deno task gate --out DIR` again$/],
        [text.replace('"schema_version": 1', '"schema_version": 9'), /schema_version is 9, this program reads 1; run/],
        [text.replace('"exit_code": 1', '"exit_code": 7'), /exit_code: .*; run `deno task gate/],
      ] as const
    ) {
      await Deno.writeTextFile(file, wrong);
      await assert.rejects(readGate(file), pattern);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
