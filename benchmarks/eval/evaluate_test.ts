import assert from "node:assert/strict";
import type { EvalUtterance } from "../../reports/eval_schema.ts";
import { EngineError } from "../engines/engine.ts";
import { evaluate } from "./evaluate.ts";
import { heardIn, testCorpus, testEngine } from "./testing.ts";

const never = new AbortController().signal;
const indexed = (count: number, broken: number[] = []) =>
  testCorpus(count, broken).utterances.map((utterance, index) => ({ index, utterance }));

async function results(engine: ReturnType<typeof testEngine>, count: number, broken: number[] = []) {
  const found: EvalUtterance[] = [];
  await evaluate(engine, indexed(count, broken), { done: (some) => found.push(...some), interrupt: never });
  return found.sort((a, b) => a.index - b.index);
}

Deno.test("evaluate() gives each utterance its text and its share of the time, whatever the batches", async () => {
  for (const maxBatch of [1, 4, 16]) {
    const found = await results(testEngine({ maxBatch }), 21);
    assert.deepEqual(found.map(({ hypothesis }) => hypothesis), found.map(({ index }) => heardIn(index)));
    const seconds = found.reduce((sum, { processing_seconds }) => sum + processing_seconds, 0);
    assert.ok(Math.abs(seconds - 0.21) < 1e-9);
    assert.ok(found.every(({ audio_seconds }) => audio_seconds >= 0.1));
  }
});

Deno.test("evaluate() goes on behind audio that does not decode and recordings that the engine gives up", async () => {
  const engine = testEngine({ maxBatch: 4, failing: [5] });
  const found = await results(engine, 12, [2]);
  assert.deepEqual(found.map(({ status }) => status), [
    ...["ok", "ok", "bad-audio", "ok", "ok", "failed"],
    ...["ok", "ok", "ok", "ok", "ok", "ok"],
  ]);
  assert.equal(found[2].reason, "audio 2: is damaged; fetch it again");
  assert.equal(found[5].reason, "the engine does not take 5");
  assert.deepEqual(engine.calls.filter((call) => call.length === 1 && call[0] === 5).length, 1, "tried alone");
});

Deno.test("evaluate() stops where the engine is gone, and when interrupted", async () => {
  const found: EvalUtterance[] = [];
  const done = (some: readonly EvalUtterance[]) => found.push(...some);
  await assert.rejects(
    evaluate(testEngine({ hopeless: 3 }), indexed(9), { done, interrupt: never }),
    (error) => error instanceof EngineError && error.hopeless,
  );
  assert.deepEqual(found.map(({ index }) => index), [0, 1, 2]);
  const controller = new AbortController();
  const some: EvalUtterance[] = [];
  const until = (utterances: readonly EvalUtterance[]) => {
    some.push(...utterances);
    if (some.length === 2) controller.abort();
  };
  await evaluate(testEngine(), indexed(9), { done: until, interrupt: controller.signal });
  assert.equal(some.length, 2);
});
