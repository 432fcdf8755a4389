import assert from "node:assert/strict";
import { TestRandom } from "../../kernels/testing/mod.ts";
import { END } from "../tokenizer.ts";
import { ctcPosteriors, type CtcPrefix, emptyPrefix, extendPrefix, extensionScores, wholeScore } from "./ctc_prefix.ts";
import { enumerateLabellings } from "./ctc_reference.ts";
import { logAdd } from "./log_add.ts";
import { randomLogProbabilities } from "./testing.ts";

const V = 6;
const LABELS = [3, 4, 5];

Deno.test("extensionScores() equal the sum over all alignments of all labellings that begin so", () => {
  for (const [frames, sharpness] of [[1, 2], [2, 2], [5, 2], [6, 30]]) {
    const p = randomLogProbabilities(new TestRandom(frames), frames, V, sharpness);
    // What follows a prefix may be any token, the start and end among them.
    const all = enumerateLabellings(p, frames, V, [1, 2, ...LABELS]);
    const startsWith = (prefix: string): number =>
      [...all].reduce((sum, [key, value]) => `${key},`.startsWith(`${prefix},`) ? logAdd(sum, value) : sum, -Infinity);
    const posteriors = ctcPosteriors(p, frames, V);
    const close = (a: number, b: number, what: string) =>
      assert.ok(a === b || Math.abs(a - b) < 1e-9 * Math.max(1, Math.abs(b)), `${what}: ${a}, not ${b}`);
    const visit = (prefix: CtcPrefix, tokens: number[]): void => {
      const scores = extensionScores(posteriors, prefix);
      const whole = all.get(tokens.join()) ?? -Infinity;
      close(wholeScore(posteriors, prefix), whole, `whole ${tokens}`);
      close(scores[END], whole, `end of ${tokens}`);
      assert.equal(scores[0], -Infinity);
      assert.equal(scores[1], -Infinity);
      for (const token of LABELS) {
        const longer = [...tokens, token];
        close(scores[token], startsWith(longer.join()), `${frames} frames, ${longer}`);
        if (longer.length < 4) visit(extendPrefix(posteriors, prefix, token), longer);
      }
    };
    visit(emptyPrefix(posteriors), []);
  }
});

Deno.test("extensionScores() stay finite over long audio, where probabilities underflow", () => {
  const frames = 5000;
  const p = randomLogProbabilities(new TestRandom(1), frames, V, 8);
  const posteriors = ctcPosteriors(p, frames, V);
  let prefix = emptyPrefix(posteriors);
  let before = 0;
  for (let i = 0; i < 30; i++) {
    const scores = extensionScores(posteriors, prefix);
    assert.ok(scores[3] < before && scores[3] > -Infinity, `${i}: ${scores[3]}`);
    before = scores[3];
    prefix = extendPrefix(posteriors, prefix, 3);
  }
});
