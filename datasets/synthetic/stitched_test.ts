import assert from "node:assert/strict";
import type { Utterance } from "../librispeech.ts";
import { random } from "../random.ts";
import { inputError } from "../testing.ts";
import type { Segment } from "./mod.ts";
import { stitchedSpeech } from "./stitched.ts";

/** A made-up corpus of `count` utterances of 1 to 4 s, full of samples above the pauses' noise. */
function corpus(count: number) {
  const rng = random(count);
  const audio = new Map<string, Float32Array>();
  const utterances: Utterance[] = Array.from({ length: count }, (_, i) => {
    const length = 16000 + rng.integer(48000);
    audio.set(`${i}`, Float32Array.from({ length }, () => 0.1 + 0.8 * rng.uniform()));
    return { id: `${i}`, speaker: "1", path: `${i}.flac`, text: `WORD ${i}` };
  });
  const reads: string[] = [];
  const read = ({ id }: Utterance) => {
    reads.push(id);
    return Promise.resolve(audio.get(id)!);
  };
  return { utterances, audio, reads, read };
}

const ids = (segments: Segment[]) => segments.map(({ id }) => id);

Deno.test("stitchedSpeech() places whole utterances, and pauses of 0.2 to 1 s of noise between", async () => {
  const { utterances, audio, read } = corpus(12);
  const length = 16000 * 60 + 123;
  const { samples, segments } = await stitchedSpeech(utterances, length, 5, read);
  assert.equal(samples.length, length);
  assert.ok(segments.length > 12);
  let end = 0;
  for (const segment of segments) {
    const pause = segment.start - end;
    assert.ok(pause >= 3200 && pause <= 16000, `${pause}`);
    checkNoise(samples.subarray(end, segment.start));
    assert.deepEqual(samples.slice(segment.start, segment.end), audio.get(segment.id!));
    assert.equal(segment.text, `WORD ${segment.id}`);
    end = segment.end;
  }
  checkNoise(samples.subarray(end));
  // The next utterance and its pause would have fitted, were the rest longer than both.
  assert.ok(length - end < 16000 + 64000);
});

function checkNoise(pause: Float32Array): void {
  const rms = Math.sqrt(pause.reduce((sum, x) => sum + x * x, 0) / pause.length);
  assert.ok(Math.abs(rms - 1e-3) < 1e-4, `${rms}`);
}

Deno.test("stitchedSpeech() uses every utterance once before any comes again, in a new order, and reads each once", async () => {
  const { utterances, reads, read } = corpus(9);
  const { segments } = await stitchedSpeech(utterances, 16000 * 200, 8, read);
  const order = ids(segments);
  assert.ok(order.length > 27);
  const rounds = [order.slice(0, 9), order.slice(9, 18), order.slice(18, 27)];
  for (const round of rounds) assert.equal(new Set(round).size, 9);
  assert.notDeepEqual(rounds[0], rounds[1]);
  assert.notDeepEqual(rounds[1], rounds[2]);
  assert.deepEqual(reads, rounds[0]);
});

Deno.test("stitchedSpeech() of a shorter length is the same up to its last utterance", async () => {
  const { utterances, read } = corpus(10);
  const long = await stitchedSpeech(utterances, 16000 * 90, 21, read);
  for (const seconds of [7, 20.5, 61]) {
    const short = await stitchedSpeech(utterances, 16000 * seconds, 21, read);
    const count = short.segments.length;
    assert.deepEqual(short.segments, long.segments.slice(0, count));
    const end = short.segments[count - 1].end;
    assert.deepEqual(short.samples.slice(0, end), long.samples.slice(0, end));
  }
});

Deno.test("stitchedSpeech() is fixed by its seed", async () => {
  const { utterances, read } = corpus(10);
  const make = (seed: number) => stitchedSpeech(utterances, 16000 * 30, seed, read);
  assert.deepEqual(await make(1), await make(1));
  assert.notDeepEqual(ids((await make(1)).segments), ids((await make(2)).segments));
});

Deno.test("stitchedSpeech() fills a length that an utterance ends on exactly", async () => {
  const { utterances, read } = corpus(10);
  const { segments } = await stitchedSpeech(utterances, 16000 * 30, 3, read);
  const exact = await stitchedSpeech(utterances, segments[2].end, 3, read);
  assert.deepEqual(exact.segments, segments.slice(0, 3));
  const less = await stitchedSpeech(utterances, segments[2].end - 1, 3, read);
  assert.deepEqual(less.segments, segments.slice(0, 2));
});

Deno.test("stitchedSpeech() refuses a length in which no utterance fits, and says how long would do", async () => {
  const { utterances, read } = corpus(10);
  await assert.rejects(
    stitchedSpeech(utterances, 8000, 3, read),
    inputError("0.5 s: too short", /ask for \d\.\d s or more/),
  );
});
