import assert from "node:assert/strict";
import { dataTest, inputError } from "../testing.ts";
import { assertDecoded, testFile } from "./decoded_testing.ts";
import { decodeFlac } from "./flac.ts";
import { encodeFlac } from "./flac_testing.ts";
import { decodeAudio, readAudio, SAMPLE_RATE } from "./read.ts";
import { encodeWav } from "./wav.ts";

const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

Deno.test("decodeAudio() tells FLAC and WAV by their content and gives the same samples of either", async () => {
  const integers = Int32Array.of(-32768, -1, 0, 1, 12345, 32767);
  const samples = Float32Array.from(integers, (value) => value / 32768);
  const wav = encodeWav({ sampleRate: SAMPLE_RATE, channels: [samples] }, "pcm16");
  const flac = encodeFlac([integers], { sampleRate: SAMPLE_RATE, bits: 16 });
  assert.deepEqual(await decodeAudio(wav, "misnamed.flac"), samples);
  assert.deepEqual(await decodeAudio(flac, "misnamed.wav"), samples);
});

Deno.test("decodeAudio() mixes to mono and brings to 16 kHz", async () => {
  const wave = (hz: number) =>
    Float32Array.from({ length: 48000 }, (_, i) => 0.5 * Math.sin(2 * Math.PI * hz * i / 48000));
  const bytes = encodeWav({ sampleRate: 48000, channels: [wave(500), wave(1500)] }, "float32");
  const samples = await decodeAudio(bytes, "x");
  assert.equal(samples.length, 16000);
  for (let i = 500; i < 15500; i++) {
    const t = 2 * Math.PI * i / 16000;
    assert.ok(Math.abs(samples[i] - 0.25 * (Math.sin(500 * t) + Math.sin(1500 * t))) < 1e-4);
  }
});

Deno.test("decodeAudio() names the first sample that is not finite", async () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    const channels = [new Float32Array(10), new Float32Array(10)];
    channels[1].fill(bad, 7);
    const bytes = encodeWav({ sampleRate: SAMPLE_RATE, channels }, "float32");
    await assert.rejects(
      decodeAudio(bytes, "a.wav"),
      inputError("a.wav", new RegExp(`sample 7 of channel 1 is ${bad},`)),
    );
  }
});

Deno.test("decodeAudio() names other formats and what to do", async () => {
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /is empty/],
    [ascii("ID3\x04 and so on"), /damaged MP3/],
    [ascii("OggS and so on"), /damaged Ogg Opus/],
    [ascii("\0\0\0\x20ftypM4A "), /is MP4, not FLAC, WAV, Ogg Opus or MP3; convert it: ffmpeg -i a -ac 1/],
    [ascii("hello"), /is something else/],
    [ascii("RIFF"), /truncated/],
    [ascii("fLaC"), /truncated/],
  ];
  for (const [bytes, pattern] of cases) await assert.rejects(decodeAudio(bytes, "a"), inputError("a", pattern));
  const slow = encodeWav({ sampleRate: 10, channels: [new Float32Array(10)] }, "pcm16");
  await assert.rejects(decodeAudio(slow, "a.wav"), inputError("a.wav", /10 Hz cannot be brought to 16000 Hz/));
});

Deno.test("decodeAudio() tells Ogg Opus, MP3 and FLAC of any rate by their content", async () => {
  const lengths = {
    "opusenc.opus": 19752,
    "opusenc_stereo.opus": 11200,
    "ffmpeg_vbr.mp3": 11200,
    "ffmpeg_8khz.mp3": 14400,
  };
  for (const [name, length] of Object.entries(lengths)) {
    assert.equal((await decodeAudio(await testFile(name), "nameless")).length, length, name);
  }
  for (const name of ["flac.flac", "ffmpeg_24bit.flac"]) {
    await assertDecoded(await decodeFlac(await testFile(name), name), name, 1e-7);
  }
  await assert.rejects(decodeAudio(await testFile("ffmpeg_aac.m4a"), "a"), inputError("a", /is MP4/));
});

Deno.test("readAudio() names a missing file", async () => {
  await assert.rejects(readAudio("nowhere.flac"), inputError("nowhere.flac", /no such file/));
});

dataTest("readAudio() reads 44.1 kHz stereo as 11 s of 16 kHz mono", async (root) => {
  const samples = await readAudio(`${root}/jfk.flac`);
  assert.equal(samples.length, 11 * SAMPLE_RATE);
  await assert.rejects(
    readAudio(`${root}/README.md`),
    inputError(`${root}/README.md`, /not FLAC, WAV, Ogg Opus or MP3/),
  );
});
