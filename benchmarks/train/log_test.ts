import assert from "node:assert/strict";
import { join } from "node:path";
import { readLog, requireSame, resumeLog, startLog } from "./log.ts";
import { LOG_FILE, type LogHeader, type LogLine } from "./log_schema.ts";
import { devLine, exampleHeader, stepsLine } from "./testing.ts";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "samba-train-log-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function write(folder: string, lines: readonly LogLine[]): Promise<void> {
  const log = await startLog(folder, exampleHeader());
  for (const line of lines) log.append(line);
  log.close();
}

const usageError = (pattern: RegExp) => (error: unknown): boolean =>
  error instanceof Error && error.name === "UsageError" && pattern.test(error.message) && !error.message.includes("\n");

Deno.test("readLog() gives what was appended, each line at once, and null where there is nothing", () =>
  inFolder(async (folder) => {
    assert.equal(await readLog(folder), null);
    const log = await startLog(folder, exampleHeader());
    const lines: LogLine[] = [stepsLine(10), { ...stepsLine(20), ctc_loss: null, skipped: 10 }, devLine(20, 0.5)];
    for (const line of lines) log.append(line);
    assert.deepEqual(await readLog(folder), { header: exampleHeader(), lines });
    log.close();
    await Deno.writeTextFile(join(folder, LOG_FILE), '{"kind":"hea');
    assert.equal(await readLog(folder), null);
  }));

Deno.test("resumeLog() drops what lies behind the step, evaluations to come, an end and half a line, and goes on", () =>
  inFolder(async (folder) => {
    await write(folder, [stepsLine(10), devLine(10, 0.7), stepsLine(20), devLine(20, 0.5), stepsLine(30), {
      kind: "end",
      step: 20,
      reason: "interrupted",
      elapsed_seconds: 30,
    }]);
    await Deno.writeTextFile(join(folder, LOG_FILE), '{"kind":"ste', { append: true });
    const header = { ...exampleHeader(), started_at: "2026-02-02T00:00:00Z", device: "another" };
    const log = await resumeLog(folder, await readLog(folder), header, 20, 10);
    log.append(stepsLine(40));
    log.close();
    const resumed = { kind: "resumed", step: 20, started_at: header.started_at, device: "another" } as const;
    const lines = [stepsLine(10), devLine(10, 0.7), stepsLine(20), resumed, stepsLine(40)];
    assert.deepEqual(await readLog(folder), { header: exampleHeader(), lines });
  }));

Deno.test("startLog() gives a log that says in one line when it cannot be written to", () =>
  inFolder(async (folder) => {
    const log = await startLog(folder, exampleHeader());
    log.close();
    const line = /train\.jsonl: cannot be written \(.*\); the last checkpoint is intact: make room, then --resume$/;
    assert.throws(() => log.append(stepsLine(10)), usageError(line));
  }));

Deno.test("resumeLog() begins a log where there is none", () =>
  inFolder(async (folder) => {
    (await resumeLog(folder, null, exampleHeader(), 5, 0)).close();
    assert.deepEqual((await readLog(folder))?.lines.map(({ kind }) => kind), ["resumed"]);
  }));

Deno.test("requireSame() names the field in which config, data or first weights differ, and takes another device", () => {
  const header = exampleHeader();
  const refused = (now: Partial<LogHeader>, pattern: RegExp) =>
    assert.throws(() => requireSame("runs/a", header, { ...header, ...now }), usageError(pattern));
  const config = { ...header.config, seed: 2 };
  refused({ config, config_hash: "f".repeat(64) }, /^--resume: the run in runs\/a has config\.seed 1, not 2; /);
  refused({ data: { ...header.data, train_utterances: 7 } }, /has data\.train_utterances 848, not 7; /);
  refused({ init: { path: "a", sha256: "b" } }, /has init null, not nothing|has init\.sha256 nothing, not "b"/);
  requireSame("runs/a", header, { ...header, device: "another", command: "deno task train an4 --resume" });
  const begun = { ...header, init: { path: "a", sha256: "b" } };
  requireSame("runs/a", begun, { ...begun, init: { path: "moved/a", sha256: "b" } });
});

Deno.test("readLog() refuses a damaged log, with the line", () =>
  inFolder(async (folder) => {
    await write(folder, [stepsLine(10)]);
    const text = await Deno.readTextFile(join(folder, LOG_FILE));
    for (const [bad, pattern] of [["nonsense", /:3: is no JSON; /], ['{"kind":"dev"}', /:3: step: /]] as const) {
      await Deno.writeTextFile(join(folder, LOG_FILE), `${text}${bad}\n`);
      await assert.rejects(readLog(folder), usageError(pattern));
    }
  }));
