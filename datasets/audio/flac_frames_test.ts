import assert from "node:assert/strict";
import { readBytes } from "../files.ts";
import { random } from "../random.ts";
import { dataTest } from "../testing.ts";
import { flacFrames } from "./flac_frames.ts";
import { encodeFlac } from "./flac_testing.ts";

const HEADER = { sampleRate: 16000, bits: 16 } as const;

Deno.test("flacFrames() finds every frame, also where samples look like a header", () => {
  const rng = random(3);
  for (const length of [1, 255, 256, 257, 1500, 3841]) {
    // 0xfff8 opens a header.
    const samples = Int32Array.from({ length }, () => rng.uniform() < 0.3 ? -8 : rng.integer(65536) - 32768);
    const bytes = encodeFlac([samples], HEADER);
    const frames = flacFrames(bytes, 42)!;
    // Headers of 10 bytes, one of subframe, 2 of CRC.
    const sizes = Array.from({ length: Math.ceil(length / 256) }, (_, i) => 13 + 2 * Math.min(256, length - i * 256));
    assert.deepEqual(frames.map((frame) => frame.length), sizes);
    assert.deepEqual(frames.map((frame) => frame.byteOffset), sizes.map((_, i) => 42 + i * (13 + 512)));
  }
});

Deno.test("flacFrames() is undefined where frames do not fill the bytes", () => {
  const bytes = encodeFlac([Int32Array.from({ length: 400 }, (_, i) => i)], HEADER);
  assert.equal(flacFrames(bytes, 41), undefined);
  assert.equal(flacFrames(bytes, 43), undefined);
  assert.equal(flacFrames(bytes.subarray(0, bytes.length - 1), 42), undefined);
  assert.equal(flacFrames(Uint8Array.of(...bytes, 1), 42), undefined);
});

dataTest("flacFrames() splits files of other encoders where their frame sizes say", async (root) => {
  for (const name of ["jfk.flac", "LibriSpeech/test-other/3005/163389/3005-163389-0005.flac"]) {
    const bytes = await readBytes(`${root}/${name}`);
    let start = 4;
    for (let last = false; !last;) {
      last = bytes[start] >= 0x80;
      start += 4 + (bytes[start + 1] << 16 | bytes[start + 2] << 8 | bytes[start + 3]);
    }
    const sizes = flacFrames(bytes, start)!.map((frame) => frame.length);
    const blockSize = bytes[8] << 8 | bytes[9];
    const samples = new DataView(bytes.buffer).getUint32(22);
    assert.equal(sizes.length, Math.ceil(samples / blockSize));
    // STREAMINFO has the least and largest size of a frame.
    assert.equal(Math.min(...sizes), bytes[12] << 16 | bytes[13] << 8 | bytes[14]);
    assert.equal(Math.max(...sizes), bytes[15] << 16 | bytes[16] << 8 | bytes[17]);
  }
});
