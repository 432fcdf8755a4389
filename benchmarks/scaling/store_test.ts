import assert from "node:assert/strict";
import { join } from "node:path";
import { missingRow } from "../../reports/rows.ts";
import { UsageError } from "../harness/errors.ts";
import { LOG_VERSION, openLog, type PointRecord, readRun, type RunIdentity } from "./store.ts";
import { fakeSurroundings, inFolder } from "./testdata/surroundings.ts";

const IDENTITY: RunIdentity = {
  preset: "nano",
  seed: 1,
  gpu: "deno",
  adapter: fakeSurroundings().adapter,
  dataRoot: null,
};

function record(minutes: number, reason: string): PointRecord {
  const point = {
    engine: "samba",
    preset: "nano",
    minutes,
    batch: 1,
    frames: 1,
    forced_tokens: 1,
    micro_batch: null,
    predicted_seconds: null,
  };
  const sha = "0".repeat(64);
  const row = missingRow(point, "over-budget", reason);
  return { row, audioSha256: sha, manifestSha256: sha, reference: null, ready: null, done: null };
}

Deno.test("readRun() gives back what openLog() wrote, the last record of each point", () =>
  inFolder(async (folder) => {
    const startedAt = "2026-01-01T00:00:00.000Z";
    const log = await openLog(folder, IDENTITY, { startedAt, records: [record(5, "first try")] });
    log.append(record(10, "first try"));
    log.append(record(5, "second try"));
    log.close();
    const run = await readRun(folder, IDENTITY);
    assert.equal(run.startedAt, startedAt);
    assert.deepEqual(run.records, [record(5, "second try"), record(10, "first try")]);
  }));

Deno.test("readRun() refuses points of another version of the program", () =>
  inFolder(async (folder) => {
    const path = join(folder, "points.jsonl");
    const header = { schema: LOG_VERSION - 1, run: IDENTITY, startedAt: "2026-01-01T00:00:00.000Z" };
    await Deno.writeTextFile(path, JSON.stringify(header) + "\n");
    await assert.rejects(
      readRun(folder, IDENTITY),
      /has points of another version of this program; .* without --resume/,
    );
  }));

Deno.test("readRun() names the line that is damaged", () =>
  inFolder(async (folder) => {
    const path = join(folder, "points.jsonl");
    const header = JSON.stringify({ schema: LOG_VERSION, run: IDENTITY, startedAt: "2026-01-01T00:00:00.000Z" });
    for (
      const [text, line] of [["", 1], ["{}\n", 1], [`${header}\nnull\n`, 2], [`${header}\n{"row":{}}\n`, 2]] as const
    ) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(readRun(folder, IDENTITY), (error) => {
        assert.ok(error instanceof UsageError);
        assert.ok(error.message.startsWith(`${path}:${line}: `), error.message);
        return true;
      });
    }
  }));
