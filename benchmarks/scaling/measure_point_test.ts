import assert from "node:assert/strict";
import { faultOf } from "./fault.ts";
import { measurePoint, type PointRun } from "./measure_point.ts";
import type { PointEvent, PointRequest } from "./protocol.ts";
import { rowOf, type RunAllowance } from "./row.ts";
import { fakeChild, inFolder } from "./testdata/surroundings.ts";

const POINT = { engine: "samba", minutes: 0.01, batch: 1 } as const;
const CONTEXT = { preset: "nano", forcedTokens: 4 };
/** Long enough for a process to start on a busy machine. */
const DEADLINE = 4;

function allowance(deadlineSeconds: number, prediction: RunAllowance["prediction"] = null): RunAllowance {
  return { run: true, prediction, budgetSeconds: 1, deadlineSeconds, remedy: "--budget" };
}

async function measure(
  behaviour: string,
  deadline: number,
  interrupt = new AbortController().signal,
  onEvent: (event: PointEvent) => void = () => {},
): Promise<PointRun> {
  let run: PointRun | null = null;
  await inFolder(async (folder) => {
    const audio = `${folder}/0.01.f32`;
    await Deno.writeFile(audio, new Uint8Array(4 * 9600));
    const request: PointRequest = {
      ...POINT,
      preset: "nano",
      audio,
      gpu: "deno",
      weights: null,
      seed: 1,
      warmups: 1,
      repeats: 5,
      forcedTokens: 4,
      budgetSeconds: 1,
    };
    run = await measurePoint(fakeChild({ "samba 0.01": behaviour }), request, deadline, null, interrupt, onEvent);
  });
  return run!;
}

Deno.test("measurePoint() hands over events as they come and skips what is none", async () => {
  const seen: string[] = [];
  const run = await measure("measure", 60, undefined, ({ event }) => seen.push(event));
  assert.deepEqual(seen, ["ready", "warmup", ...Array(5).fill(["sample", "done"]).flat()]);
  assert.equal(run.end.code, 0);
  assert.equal(run.samples.length, 5);
  assert.equal(run.done?.ledger?.peakBytes, 1000 + 38400, "the last one counts");
  assert.equal(run.done?.tokensHash, "e".repeat(64));
  assert.equal(run.outsideBytes, null);
});

Deno.test("a child that hangs before a repeat is killed at its deadline and becomes an over-budget row", async () => {
  const run = await measure("silent", 1);
  assert.equal(run.end.stopped, "deadline");
  const row = rowOf(POINT, CONTEXT, allowance(1), run)!;
  assert.equal(row.status, "over-budget");
  assert.equal(row.reason, "stopped at 1.00 s, before its model was loaded; give it more with --budget");
  assert.ok(row.predicted_seconds! >= 0.9);
  assert.equal(faultOf(row, run)?.cause, "no model was loaded");
});

Deno.test("a child killed at its deadline keeps its samples, marked short, when it has said its memory", async () => {
  const run = await measure("hang-later", DEADLINE);
  assert.equal(run.end.stopped, "deadline");
  const row = rowOf(POINT, CONTEXT, allowance(DEADLINE, { seconds: 3, wallSeconds: 3, atLeast: false }), run)!;
  assert.equal(row.status, "ok");
  assert.equal(row.repeats_short, true);
  assert.deepEqual(row.seconds?.samples, [0.01, 0.0101]);
  assert.equal(row.encoder_seconds?.samples.length, 2);
  assert.equal(row.tokens_sha256, "f".repeat(64));
  assert.equal(row.memory?.outside_source, "maxRSS");
  assert.equal(row.predicted_seconds, 3);
});

Deno.test("a child killed at its deadline without memory figures says what it had measured", async () => {
  const run = await measure("hang-later-no-figures", DEADLINE);
  const row = rowOf(POINT, CONTEXT, allowance(DEADLINE), run)!;
  assert.equal(row.status, "over-budget");
  assert.equal(faultOf(row, run), null);
  assert.match(row.reason!, /^stopped at 4\.00 s, after 5 repeats of 10\.2 ms; /);
  assert.ok(Math.abs(row.predicted_seconds! - 0.0102) < 1e-9);
});

Deno.test("an interrupted point has no row", async () => {
  const controller = new AbortController();
  const run = await measure("hang", 60, controller.signal, () => controller.abort());
  assert.equal(run.end.stopped, "interrupt");
  assert.equal(rowOf(POINT, CONTEXT, allowance(60), run), null);
});
