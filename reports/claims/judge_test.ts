import assert from "node:assert/strict";
import { CLAIMS, THRESHOLDS_SET } from "../claims.ts";
import { exampleEval } from "../example_eval.ts";
import { exampleKernels } from "../example_kernels.ts";
import { exampleReport } from "../example_report.ts";
import { exampleTraining } from "../example_training.ts";
import type { Report } from "../read.ts";
import type { ClaimRow } from "./claim.ts";
import { claimsTable, verdictOf } from "./judge.ts";
import { evaluated, published, scalingWith, setSeconds } from "./testing.ts";

const row = (rows: readonly ClaimRow[], id: string): ClaimRow => rows.find(({ claim }) => claim.id === id)!;

Deno.test("verdictOf() is contradicted by one piece against, and decided by none that is undecided", () => {
  const of = (...bearings: ("for" | "against" | "undecided")[]) => verdictOf(bearings.map((bearing) => ({ bearing })));
  assert.equal(of(), "not tested");
  assert.equal(of("undecided", "undecided"), "not tested");
  assert.equal(of("undecided", "for"), "supported");
  assert.equal(of("for", "against", "undecided"), "contradicted");
  assert.equal(of("undecided", "against"), "contradicted");
});

Deno.test("claimsTable() tests nothing where nothing was measured, and says what would", () => {
  const rows = claimsTable([]);
  assert.equal(rows.length, CLAIMS.length);
  for (const { claim, verdict, because, decisive, evidence } of rows) {
    assert.deepEqual([verdict, decisive, evidence.length], ["not tested", null, 0]);
    assert.equal(because, `No published ${claim.reports} report bears on it.`);
  }
  assert.ok(claimsTable(published(exampleKernels())).every(({ verdict }) => verdict === "not tested"));
});

Deno.test("claimsTable() judges scaling and training reports, and names the least favourable piece that decided", () => {
  const rows = claimsTable(published(exampleReport([1, 8]), exampleTraining()));
  const time = row(rows, "linear-time");
  assert.equal(time.verdict, "supported");
  assert.equal(time.because, "For it: samba, samba-streaming; nothing is against it (4 for, 0 against, 0 undecided).");
  assert.equal(time.decisive!.margin, Math.min(...time.evidence.map(({ margin }) => margin!)));

  const faster = row(rows, "faster-long-audio");
  assert.equal(faster.verdict, "contradicted");
  assert.match(
    faster.because,
    /^Against it: samba-streaming beside transformer-flash; for it, all the same: samba beside transformer-naive, .*\(6 for, 2 against, 0 undecided\)\.$/,
  );
  assert.equal(faster.decisive!.subject, "samba-streaming beside transformer-flash");
  assert.equal(row(rows, "cheaper-training").verdict, "supported");
  assert.equal(row(rows, "token-latency").verdict, "not tested");
  assert.match(
    row(rows, "token-latency").because,
    /^What was measured decides nothing: no length has this figure of both/,
  );
});

Deno.test("claimsTable() turns each way as reports are altered", () => {
  const verdict = (id: string, ...reports: Report[]) => row(claimsTable(published(...reports)), id).verdict;
  const quadratic = scalingWith((one) => one.engine === "samba" && setSeconds(one, one.minutes ** 2));
  assert.equal(verdict("linear-time", exampleReport()), "supported");
  assert.equal(verdict("linear-time", exampleReport(), quadratic), "contradicted");
  const eagle = (rate: number) => evaluated({ dataset: "spgispeech", model: "eagle" }, [rate, rate - 0.1, rate + 0.1]);
  assert.equal(verdict("wer-spgispeech", eagle(1.8)), "supported");
  assert.equal(verdict("wer-spgispeech", eagle(5)), "not tested");
  const known = [{ name: "eagle", family: "samba", recipe: "r", crossConnection: "mamba", hours: 20000 }] as const;
  const rows = claimsTable(published(eagle(5)), CLAIMS, known);
  assert.equal(row(rows, "wer-spgispeech").verdict, "contradicted");
  assert.equal(row(rows, "wer-mean").verdict, "not tested");
});

Deno.test("claimsTable() says whose evaluation of a set does not bear on the claim", () => {
  assert.equal(
    row(claimsTable(published(exampleEval().report)), "wer-librispeech-other").because,
    "No published eval report bears on it (the set was evaluated with whisper (whisper-base) only, which is no Samba-ASR).",
  );
});

Deno.test("claimsTable() marks what was measured before the thresholds were set", () => {
  const at = (started_at: string): boolean => {
    const report = exampleReport();
    report.environment.started_at = started_at;
    return row(claimsTable(published(report)), "linear-time").evidence[0].beforeThresholds;
  };
  const set = Date.parse(THRESHOLDS_SET);
  assert.equal(at(new Date(set - 1).toISOString()), true);
  assert.equal(at(new Date(set).toISOString()), false);
});
