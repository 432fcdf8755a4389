import assert from "node:assert/strict";
import { deriveGate } from "./derive.ts";
import type { GateMeasured } from "./derive.ts";
import { gateMarkdown } from "./markdown.ts";
import { gateJsonSchema, gateReport, type MeasuredTiming } from "./schema.ts";
import { deviates, ENVIRONMENT, measuredTiming, rounds } from "./testing.ts";
import { gateText } from "./text.ts";

const NAMES = ["matmul", "layer_norm"];

function report(parts: Partial<GateMeasured>) {
  return deriveGate({ environment: ENVIRONMENT, exact: null, timing: null, stored: null, ...parts });
}

function timed(slower: Record<string, number>, changes: Partial<MeasuredTiming> = {}, spread = 0.005) {
  return report({ timing: measuredTiming(rounds(12, NAMES, spread, deviates(2), slower), changes) });
}

Deno.test("deriveGate() passes what is unchanged, and says after how many pairs", () => {
  const { exit_code, messages } = timed({});
  assert.equal(exit_code, 0);
  assert.deepEqual(messages, ["timing: 2 benchmarks, none slower by 5 % after 12 of up to 30 pairs"]);
});

Deno.test("deriveGate() names what is slower, by how much and how sure, and what is faster", () => {
  const { exit_code, messages } = timed({ "candidate matmul": 1.1, "candidate layer_norm": 0.8 });
  assert.equal(exit_code, 1);
  assert.match(
    messages[0],
    /^REGRESSION: matmul is (9|10)\.\d % slower \[\+[89]\.\d %, \+1\d\.\d %\] after 12 of up to 30 pairs$/,
  );
  assert.match(messages[1], /^improvement: layer_norm is (19|20)\.\d % faster \[−2\d\.\d %, −1\d\.\d %\]/);
});

Deno.test("deriveGate() names a slowdown below the effect without failing", () => {
  const { exit_code, messages } = timed({ "candidate matmul": 1.03 });
  assert.equal(exit_code, 0);
  assert.match(messages[0], /^slower, but by less than 5 %: matmul is [23]\.\d+ % slower/);
});

Deno.test("deriveGate() could not measure where the control differs from itself, whatever else it found", () => {
  const { exit_code, messages } = timed({ "control layer_norm": 1.1, "candidate matmul": 1.3 });
  assert.equal(exit_code, 2);
  assert.equal(messages.length, 1);
  assert.match(messages[0], /^could not measure: layer_norm differs from itself by (9|10)\.\d % slower/);
});

Deno.test("deriveGate() could not measure what is too noisy, interrupted, failed, out of time or gone", () => {
  const cases: [ReturnType<typeof report>, RegExp][] = [
    [timed({}, {}, 0.3), /(matmul|layer_norm) is too noisy to see 5 %/],
    [timed({}, { stopped: "interrupted" }), /interrupted after 12 pairs of up to 30; run it again/],
    [timed({}, { stopped: "failed", failure: "main does not run: it broke" }), /main does not run: it broke/],
    [
      timed({}, { missing: [{ name: "scan", side: "candidate", reason: "no such kernel" }] }),
      /scan does not run in the candidate/,
    ],
    [
      report({ timing: measuredTiming(rounds(3, NAMES, 0.01, deviates(1)), { stopped: "out of time" }) }),
      /before the first look at 8/,
    ],
    [report({ timing: measuredTiming([], { stopped: "all pairs" }) }), /no benchmark runs in both versions/],
  ];
  for (const [{ exit_code, messages }, expected] of cases) {
    assert.equal(exit_code, 2, messages.join("\n"));
    assert.match(messages.join("\n"), expected);
  }
  const gone = timed({}, { missing: [{ name: "scan", side: "baseline", reason: "no such kernel" }] });
  assert.equal(gone.exit_code, 0);
  assert.ok(gone.messages.includes("scan does not run in the baseline (no such kernel)"));
});

Deno.test("deriveGate() fails for any exact difference, and could not measure where there is nothing to compare with", () => {
  const compared = [{ file: "any.json", items: 3 }];
  const differences = [{ name: "wgsl/gpu/norm", was: "a".repeat(64), now: null }];
  const changed = report({ exact: { compared, differences, problems: [] } });
  assert.equal(changed.exit_code, 1);
  assert.match(changed.messages[0], /1 difference from the baseline \(1 wgsl\).*--accept/);
  assert.equal(report({ exact: { compared, differences: [], problems: [] } }).exit_code, 0);
  const { exit_code, messages } = report({ exact: { compared: [], differences: [], problems: ["no baseline"] } });
  assert.equal(exit_code, 2);
  assert.deepEqual(messages, ["could not compare: no baseline"]);
});

Deno.test("deriveGate() of a report is the report, and its schema takes it", () => {
  const exact = {
    compared: [{ file: "any.json", items: 3 }],
    differences: [{ name: "parameters/nano/total", was: 5, now: 6 }, { name: "hypothesis/x", was: null, now: "a b" }],
    problems: ["no adapter"],
  };
  const made = report({ exact, timing: measuredTiming(rounds(12, NAMES, 0.01, deviates(4))) });
  assert.deepEqual(gateReport.parse(JSON.parse(JSON.stringify(made))), made);
  assert.deepEqual(deriveGate(made), made);
  assert.equal(gateJsonSchema().title, "samba-asr-bench gate report");
});

Deno.test("gateText() and gateMarkdown() show every row, difference and message", () => {
  const exact = {
    compared: [{ file: "any.json", items: 3 }],
    differences: [{ name: "hypothesis/nano/clip 1", was: "a | b", now: "a" }],
    problems: [],
  };
  const made = report({
    exact,
    timing: measuredTiming(rounds(12, NAMES, 0.005, deviates(2), { "candidate matmul": 1.1 })),
  });
  const [text, markdown] = [gateText(made), gateMarkdown(made)];
  assert.match(text, /gate: regression$/);
  assert.match(text, /matmul +[\d.]+ (µs|ms) +1\.\d+ ms +\+(9|10)\.\d %/);
  assert.match(text, /this version \(0123456789\) with uncommitted changes against main \(0123456789\), after 12/);
  assert.match(markdown, /^# Gate: regression/);
  assert.match(markdown, /\| hypothesis\/nano\/clip 1 \| "a \\\| b" \| "a" \|/);
  assert.match(markdown, /\*\*regression\*\*/);
  for (const message of made.messages) assert.ok(text.includes(message) && markdown.includes(message), message);
});
