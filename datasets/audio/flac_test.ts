import assert from "node:assert/strict";
import { random } from "../random.ts";
import { readBytes } from "../files.ts";
import { dataTest, inputError } from "../testing.ts";
import { decodeFlac } from "./flac.ts";
import { encodeFlac } from "./flac_testing.ts";

function randomIntegers(channels: number, frames: number, bits: number): Int32Array[] {
  const rng = random(bits * 1000 + frames);
  const scale = 2 ** (bits - 1);
  return Array.from({ length: channels }, () => {
    const channel = Int32Array.from({ length: frames }, () => rng.integer(2 * scale) - scale);
    // The ends of the range, where a wrong scale or a rounded float would show.
    channel.set([-scale, scale - 1, -1, 0, 1, -scale + 1].slice(0, frames));
    return channel;
  });
}

Deno.test("decodeFlac() gives every integer back exactly, of each width, channel count and ragged length", async () => {
  for (const bits of [8, 16, 24] as const) {
    for (const [channels, frames] of [[1, 1], [1, 6], [2, 17], [1, 256], [1, 257], [2, 257], [2, 1021], [6, 300]]) {
      const integers = randomIntegers(channels, frames, bits);
      const audio = await decodeFlac(encodeFlac(integers, { sampleRate: 22051, bits }), "x");
      assert.equal(audio.sampleRate, 22051);
      assert.deepEqual(audio.channels, integers.map((c) => Float32Array.from(c, (value) => value / 2 ** (bits - 1))));
    }
  }
});

Deno.test("decodeFlac() refuses every truncation", async () => {
  const bytes = encodeFlac(randomIntegers(1, 600, 16), { sampleRate: 16000, bits: 16 });
  for (let length = 0; length < bytes.length; length++) {
    await assert.rejects(decodeFlac(bytes.subarray(0, length), "a.flac"), inputError("a.flac", /truncated|is empty/));
  }
});

Deno.test("decodeFlac() refuses a flipped bit anywhere in the frames", async () => {
  const bytes = encodeFlac(randomIntegers(2, 600, 16), { sampleRate: 16000, bits: 16 });
  const rng = random(7);
  for (let i = 0; i < 200; i++) {
    const damaged = bytes.slice();
    damaged[42 + rng.integer(bytes.length - 42)] ^= 1 << rng.integer(8);
    await assert.rejects(decodeFlac(damaged, "a.flac"), inputError("a.flac", /damaged/));
  }
});

Deno.test("decodeFlac() compares count and MD5 with the header's", async () => {
  const integers = randomIntegers(1, 600, 16);
  const header = { sampleRate: 16000, bits: 16 } as const;
  const decode = (change: object) => decodeFlac(encodeFlac(integers, { ...header, ...change }), "a.flac");
  await assert.rejects(decode({ samples: 601 }), inputError("a.flac", /600 of 601 samples decode/));
  await assert.rejects(decode({ samples: 0 }), inputError("a.flac", /does not say how long it is/));
  await assert.rejects(decode({ md5: new Uint8Array(16).fill(1) }), inputError("a.flac", /do not have the MD5/));
  await assert.rejects(
    decode({ bareFrames: true }),
    inputError("a.flac", /16 bits at 16000 Hz in a form that is not read/),
  );
  assert.equal((await decode({ md5: new Uint8Array(16) })).channels[0].length, 600);
});

Deno.test("decodeFlac() says what is wrong with a header", async () => {
  const bytes = encodeFlac(randomIntegers(1, 20, 16), { sampleRate: 16000, bits: 16 });
  const change = (at: number, value: number) => {
    const changed = bytes.slice();
    changed[at] = value;
    return decodeFlac(changed, "a.flac");
  };
  await assert.rejects(change(0, 0x67), inputError("a.flac", /is not FLAC/));
  await assert.rejects(change(4, 0x84), inputError("a.flac", /does not open with STREAMINFO/));
  // The upper half of byte 21 holds the lower bits of the width less 1.
  await assert.rejects(change(21, (11 << 4) & 255), inputError("a.flac", /FLAC of 12 bits/));
  await assert.rejects(change(7, 33), inputError("a.flac", /does not open with STREAMINFO/));
  const silent = encodeFlac(randomIntegers(1, 20, 16), { sampleRate: 0, bits: 16 });
  await assert.rejects(decodeFlac(silent, "a.flac"), inputError("a.flac", /0 Hz/));
});

dataTest("decodeFlac() reads 24-bit stereo and 16-bit mono files of other encoders", async (root) => {
  const jfk = await decodeFlac(await readBytes(`${root}/jfk.flac`), "jfk.flac");
  assert.equal(jfk.sampleRate, 44100);
  assert.deepEqual(jfk.channels.map((channel) => channel.length), [485100, 485100]);
  const path = `${root}/LibriSpeech/test-clean/1089/134691/1089-134691-0000.flac`;
  const bytes = await readBytes(path);
  const audio = await decodeFlac(bytes, path);
  assert.ok(audio.channels[0].every((x) => Number.isInteger(x * 2 ** 15)));
  await assert.rejects(decodeFlac(bytes.subarray(0, bytes.length >> 1), path), inputError(path, /truncated/));
});
