import assert from "node:assert/strict";
import { inputError } from "../testing.ts";
import { assertDecoded, testFile } from "./decoded_testing.ts";
import { decodeMp3 } from "./mp3.ts";
import { looksLikeMp3, mp3Stream } from "./mp3_frames.ts";

Deno.test("decodeMp3() gives ffmpeg's samples, to the exact length", async () => {
  for (const name of ["ffmpeg.mp3", "ffmpeg_vbr.mp3", "ffmpeg_8khz.mp3", "ffmpeg_no_tag.mp3"]) {
    await assertDecoded(await decodeMp3(await testFile(name), name), name, 1e-5);
  }
});

Deno.test("mp3Stream() leaves out the encoder's delay and padding where the file tells them", async () => {
  const tagged = mp3Stream(await testFile("ffmpeg.mp3"));
  const bare = mp3Stream(await testFile("ffmpeg_no_tag.mp3"));
  assert.ok(typeof tagged !== "string" && typeof bare !== "string");
  // The same 1.2345 s at 16 kHz, in frames of 576.
  assert.equal(tagged.frames * 576 - tagged.padding!, 19752);
  assert.deepEqual([bare.frames, bare.padding], [37, undefined]);
});

Deno.test("decodeMp3() refuses every truncation of a file that tells its length", async () => {
  const bytes = await testFile("ffmpeg.mp3");
  for (let length = 0; length < bytes.length; length += length < 600 ? 1 : 7) {
    const cut = decodeMp3(bytes.subarray(0, length), "a.mp3");
    await assert.rejects(cut, inputError("a.mp3", /truncated or damaged MP3/));
  }
});

Deno.test("decodeMp3() refuses a cut frame, damage between frames and junk alone", async () => {
  const bytes = await testFile("ffmpeg_no_tag.mp3");
  const cut = decodeMp3(bytes.subarray(0, bytes.length - 1), "a.mp3");
  await assert.rejects(cut, inputError("a.mp3", /its last frame is cut/));
  const stream = mp3Stream(bytes);
  assert.ok(typeof stream !== "string");
  const damaged = bytes.slice();
  // 32 kbit/s at 16 kHz are 144 bytes a frame.
  damaged[stream.start + 10 * 144] = 0;
  await assert.rejects(
    decodeMp3(damaged, "a.mp3"),
    inputError("a.mp3", new RegExp(`no frame begins at byte ${stream.start + 1440};`)),
  );
  await assert.rejects(decodeMp3(new Uint8Array(5000).fill(7), "a.mp3"), inputError("a.mp3", /holds no frames/));
});

Deno.test("decodeMp3() reads past trailing tags and zeros", async () => {
  const bytes = await testFile("ffmpeg_no_tag.mp3");
  const tag = new Uint8Array(128);
  tag.set(new TextEncoder().encode("TAG"));
  for (const tail of [tag, new Uint8Array(50)]) {
    const audio = await decodeMp3(Uint8Array.from([...bytes, ...tail]), "a.mp3");
    assert.equal(audio.channels[0].length, 37 * 576);
  }
});

Deno.test("looksLikeMp3() is not taken in by AAC, WAV or text", async () => {
  assert.ok(looksLikeMp3(await testFile("ffmpeg.mp3")));
  assert.ok(!looksLikeMp3(Uint8Array.of(0xff, 0xf1, 0x50, 0x80)));
  assert.ok(!looksLikeMp3(await testFile("ffmpeg_aac.m4a")));
  assert.ok(!looksLikeMp3(new TextEncoder().encode("RIFF....")));
  assert.ok(!looksLikeMp3(new Uint8Array(0)));
});
