import assert from "node:assert/strict";
import { CHARACTERS, decodeText, encodeText, END, START } from "../model/tokenizer.ts";
import { assemble, NO_TARGET, type TrainingUtterance } from "./batch.ts";
import type { PlannedItem } from "./plan.ts";

const QUIET = { share: 0, tokens: 0 };

/** An utterance whose sample i is value + i. */
function utterance(text: string, samples: number, value: number): TrainingUtterance {
  return { samples: Int16Array.from({ length: samples }, (_, i) => value + i), tokens: encodeText(CHARACTERS, text) };
}

const UTTERANCES = [utterance("yes", 4, 100), utterance("no", 3, -200), utterance("go on", 6000, 0)];

function item(sources: number[], pauses: number[], more: Partial<PlannedItem> = {}): PlannedItem {
  const samples = [...sources.map((i) => UTTERANCES[i].samples.length), ...pauses].reduce((sum, n) => sum + n, 0);
  return { sources, pauses, samples, outputSamples: samples, speed: 1, gainDb: 0, snrDb: null, seed: 1, ...more };
}

function tokensOf(row: Uint32Array, length: number): string[] {
  return Array.from(row.subarray(0, length), (id) => CHARACTERS[id]);
}

Deno.test("assemble() joins samples by pauses and texts by a space, and pads", () => {
  const batch = assemble({ items: [item([1, 0], [2]), item([2], [])], width: 10_240 }, UTTERANCES, CHARACTERS, QUIET);
  assert.deepEqual([batch.size, batch.inputWidth, batch.outputWidth], [2, 10_240, 10_240]);
  assert.deepEqual(batch.inputLengths, [9, 6000]);
  const heard = [...batch.samples.subarray(0, 11)];
  assert.deepEqual(heard, [-200, -199, -198, 0, 0, 100, 101, 102, 103, 0, 0]);
  assert.equal(batch.samples[10_240 + 5999], 5999);
  assert.ok(batch.samples.subarray(10_240 + 6000).every((x) => x === 0));

  assert.deepEqual(batch.labelLengths, [6, 5]);
  assert.equal(decodeText(CHARACTERS, batch.labels.subarray(0, 8)), "no yes");
  assert.deepEqual(Array.from(batch.labels.subarray(6, 8)), [0, 0]);
  assert.deepEqual([batch.tokenWidth, batch.tokenLengths], [8, [7, 6]]);
  assert.deepEqual(tokensOf(batch.decoderInputs, 8), ["<start>", ..."no yes", "<end>"]);
  assert.deepEqual(tokensOf(batch.targets, 7), [..."no yes", "<end>"]);
  assert.deepEqual(Array.from(batch.targets.subarray(8 + 5)), [END, NO_TARGET, NO_TARGET]);
  assert.equal(batch.decoderInputs[8], START);
});

Deno.test("assemble() fills a pause with noise as quiet as the quieter neighbour", () => {
  const [loud, quiet] = [200, 20].map((peak): TrainingUtterance => ({
    samples: Int16Array.from({ length: 3200 }, (_, i) => peak * Math.sin(i)),
    tokens: [],
  }));
  const lengths = { samples: 9600, outputSamples: 9600, speed: 1, gainDb: 0, snrDb: null, seed: 3 };
  const items = [{ sources: [0, 1], pauses: [3200], ...lengths }];
  const { samples } = assemble({ items, width: 10_240 }, [loud, quiet], CHARACTERS, QUIET);
  const pause = samples.subarray(3200, 6400);
  const level = Math.sqrt(pause.reduce((sum, x) => sum + x * x, 0) / 3200);
  assert.ok(Math.abs(level - 20 / Math.SQRT2) < 1, `${level}`);
});

Deno.test("assemble() gives lengths after the speed, gains as factors and noise by the utterance's power", () => {
  const items = [
    item([2], [], { speed: 1.25, outputSamples: 4800, gainDb: -20, snrDb: 20, seed: 0xffffffff }),
    item([2], [], {}),
  ];
  const batch = assemble({ items, width: 5120 }, UTTERANCES, CHARACTERS, QUIET);
  assert.deepEqual(batch.outputLengths, [4800, 6000]);
  assert.equal(batch.audioSeconds, 10_800 / 16_000);
  assert.deepEqual(batch.speeds, [1.25, 1]);
  assert.ok(Math.abs(batch.gains[0] - 0.1) < 1e-7 && batch.gains[1] === 1);
  assert.deepEqual(batch.seeds, [0xffffffff, 1]);
  // Σ i² for i < n is (n − 1) n (2n − 1) / 6.
  const power = 5999 * 11_999 / 6 / 32768 ** 2;
  assert.ok(Math.abs(batch.noise[0] - 0.1 * Math.sqrt(power)) < 1e-6, `${batch.noise[0]}`);
  assert.equal(batch.noise[1], 0);
});

Deno.test("assemble() disturbs the decoder's input only, in the shares that are asked for, the same each time", () => {
  const long = [{ samples: new Int16Array(10), tokens: encodeText(CHARACTERS, "abcde".repeat(40)) }];
  const items = Array.from({ length: 200 }, (_, i) => ({ ...item([0], []), samples: 10, outputSamples: 10, seed: i }));
  const noise = { share: 0.5, tokens: 0.4 };
  const batch = assemble({ items, width: 5120 }, long, CHARACTERS, noise);
  assert.deepEqual(batch, assemble({ items, width: 5120 }, long, CHARACTERS, noise));
  const changed = items.map((_, b) => {
    const input = batch.decoderInputs.subarray(b * batch.tokenWidth + 1, b * batch.tokenWidth + 201);
    assert.equal(batch.decoderInputs[b * batch.tokenWidth], START);
    assert.ok(input.every((id) => id >= CHARACTERS.indexOf(" ")), "only characters");
    return long[0].tokens.filter((token, i) => input[i] !== token).length / 200;
  });
  const disturbed = changed.filter((share) => share > 0);
  assert.ok(Math.abs(disturbed.length / 200 - 0.5) < 0.1, `${disturbed.length} of 200`);
  const mean = disturbed.reduce((sum, share) => sum + share, 0) / disturbed.length;
  // One of the 28 characters drawn is the one that was there.
  assert.ok(Math.abs(mean - 0.4 * 27 / 28) < 0.02, `${mean} of the tokens`);
  assert.equal(decodeText(CHARACTERS, batch.targets.subarray(0, 201)), "abcde".repeat(40));
  assert.equal(decodeText(CHARACTERS, batch.labels.subarray(0, 200)), "abcde".repeat(40));
});
