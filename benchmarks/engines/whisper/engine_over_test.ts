import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder } from "../../../datasets/download/testing.ts";
import type { Engine } from "../engine.ts";
import { engineOver } from "./engine_over.ts";
import { startProcess } from "./process.ts";

const CHILD = join(import.meta.dirname!, "testdata/child.ts");

function open(...how: string[]): Promise<Engine> {
  const args = ["run", "--quiet", "--no-prompt", "--allow-run", "--allow-write=/tmp", CHILD, ...how];
  const identityOf = (runtime: string) => ({ engine: "whisper", weights: null, settings: { runtime } });
  return engineOver(() => startProcess(args), identityOf, false);
}

/** A recording that makes the stand-in act. */
const ANSWER = Float32Array.of(0, 0.5);
const acting = (what: number): Float32Array[] => [Float32Array.of(what)];

Deno.test("engineOver() answers recording by recording, past what libraries print", async () => {
  await using engine = await open("ready");
  assert.deepEqual(engine.identity, { engine: "whisper", weights: null, settings: { runtime: "fake 1" } });
  assert.ok(engine.loadSeconds > 0);
  assert.deepEqual(engine.memory(), { ledgerPeakBytes: null, outsidePeakBytes: null });
  const { transcripts, seconds } = await engine.transcribe([ANSWER]);
  assert.deepEqual(transcripts, [{ text: "2 samples, call 1", segments: null }]);
  assert.ok(seconds > 0);
  const long = await engine.transcribe([new Float32Array(1_000_000)]);
  assert.equal(long.transcripts[0].text, "1000000 samples, call 2");
  assert.equal(engine.memory().outsidePeakBytes, 2);
  await assert.rejects(engine.transcribe([ANSWER, ANSWER]), RangeError);
});

Deno.test("engineOver() throws an EngineError where a recording fails, and the process takes the next", async () => {
  await using engine = await open("ready");
  await assert.rejects(engine.transcribe(acting(1)), { name: "EngineError", message: "whisper: this one is too much" });
  assert.equal((await engine.transcribe([ANSWER])).transcripts[0].text, "2 samples, call 2", "the same process");
  await assert.rejects(engine.transcribe(acting(6)), { name: "EngineError", message: /said ready out of turn/ });
});

Deno.test("engineOver() tells how a process died, with its last words, and starts another", async () => {
  await using engine = await open("ready");
  const deaths: readonly [number, RegExp][] = [
    [2, /^whisper ended \(exit code 1\): Error: it broke$/],
    [3, /^whisper was killed, as the system does when memory runs out$/],
    [5, /^whisper ran out of memory: memory allocation of 99999999 bytes failed$/],
  ];
  for (const [what, message] of deaths) {
    await assert.rejects(engine.transcribe(acting(what)), { name: "EngineError", message, hopeless: false });
    const { transcripts } = await engine.transcribe([ANSWER]);
    assert.equal(transcripts[0].text, "2 samples, call 1", "another process");
  }
});

Deno.test("engineOver() says that it is hopeless where a process does not start again", async () => {
  await inFolder(async (folder) => {
    await using engine = await open("once", join(folder, "started"));
    await assert.rejects(engine.transcribe(acting(2)), { hopeless: false });
    await assert.rejects(engine.transcribe([ANSWER]), {
      name: "EngineError",
      message: "whisper died and does not start again: the weights are gone",
      hopeless: true,
    });
  });
});

Deno.test("engineOver() throws the reason where the weights do not load", async () => {
  await assert.rejects(open("refuse"), { name: "NotReadyError", message: "no such model" });
});

Deno.test("engineOver() ends a process that is busy when it is disposed of, and with it the call", async () => {
  const engine = await open("ready");
  const busy = assert.rejects(engine.transcribe(acting(4)), { name: "EngineError", message: "whisper was stopped" });
  await engine[Symbol.asyncDispose]();
  await busy;
});
