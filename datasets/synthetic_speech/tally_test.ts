import assert from "node:assert/strict";
import { countSpeaker, extentOf, isReached, tallyFor } from "./tally.ts";

Deno.test("countSpeaker() counts up to the utterance that reaches the target, which is the last", () => {
  const tally = tallyFor(10 / 3600);
  assert.equal(countSpeaker(tally, [64000, 32000], [["A"], ["B", "C"]]), 2);
  assert.ok(!isReached(tally));
  assert.equal(countSpeaker(tally, [63999, 1, 32000], [["D"], ["E"], ["F"]]), 2);
  assert.ok(isReached(tally));
  assert.deepEqual(extentOf(tally), { speakers: 2, utterances: 4, words: 5, seconds: 10 });
  assert.equal(countSpeaker(tally, [1], [["G"]]), 0);
});
