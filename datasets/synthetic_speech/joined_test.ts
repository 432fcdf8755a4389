import assert from "node:assert/strict";
import { resample } from "../audio/resample.ts";
import { random } from "../random.ts";
import { ESPEAK_RATE } from "./espeak.ts";
import { resampleAll } from "./joined.ts";

Deno.test("resampleAll() gives each piece as if it were resampled alone, whatever its length and its neighbours", async () => {
  const rng = random(1);
  // Loud to the very end, so that what leaks into a neighbour would show.
  const pieces = [1, 440, 441, 442, 5003].map((length) => Float32Array.from({ length }, () => rng.uniform() - 0.5));
  const together = await resampleAll(pieces);
  for (const [i, piece] of pieces.entries()) {
    // Between silences, as the pieces are: a filter that begins in the middle of sound is another one.
    const alone = new Float32Array(882 + piece.length + 882);
    alone.set(piece, 882);
    const length = Math.ceil(piece.length * 320 / 441);
    const expected = (await resample(alone, ESPEAK_RATE, 16000)).subarray(640, 640 + length);
    assert.equal(together[i].length, length);
    const worst = expected.reduce((most, x, n) => Math.max(most, Math.abs(x - together[i][n])), 0);
    assert.ok(worst < 1e-5, `piece ${i}: ${worst}`);
  }
});
