import assert from "node:assert/strict";
import { random } from "../random.ts";
import { inputError } from "../testing.ts";
import { decodeWav, encodeWav } from "./wav.ts";
import type { SampleFormat } from "./wav_chunks.ts";

const FORMATS: SampleFormat[] = ["pcm8", "pcm16", "pcm24", "pcm32", "float32", "float64"];

const hex = (text: string) => Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (byte) => parseInt(byte, 16));
const ascii = (text: string) => new TextEncoder().encode(text);
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const u32 = (x: number) => Uint8Array.of(x, x >>> 8, x >>> 16, x >>> 24);
const chunk = (id: string, body: Uint8Array, size = body.length) =>
  join(ascii(id), u32(size), body, new Uint8Array(body.length % 2));
const riff = (...chunks: Uint8Array[]) => {
  const body = join(ascii("WAVE"), ...chunks);
  return join(ascii("RIFF"), u32(body.length), body);
};

// codec, channels, rate 16000, bytes a second (which readers ignore), bytes a frame, bits
const FMT_16 = "0100 0100 803e0000 007d0000 0200 1000";
const SUBFORMAT = "0000 0000 1000 8000 00aa 0038 9b71";

/** One channel at 16 kHz, written out by hand from the specification. */
const BY_HAND: [format: SampleFormat, fmt: string, data: string, samples: number[]][] = [
  ["pcm8", "0100 0100 803e0000 803e0000 0100 0800", "00 80 ff", [-1, 0, 127 / 128]],
  ["pcm16", FMT_16, "0080 ffff 0000 ff7f", [-1, -1 / 32768, 0, 32767 / 32768]],
  [
    "pcm24",
    "0100 0100 803e0000 80bb0000 0300 1800",
    "000080 ffffff 010000 ffff7f 0000ff",
    [-1, -1 / 2 ** 23, 1 / 2 ** 23, 1 - 1 / 2 ** 23, -1 / 128],
  ],
  [
    "pcm32",
    "0100 0100 803e0000 00fa0000 0400 2000",
    "00000080 ffffffff 00000040 ffffff7f",
    [-1, -1 / 2 ** 31, 0.5, 1],
  ],
  ["float32", "0300 0100 803e0000 00fa0000 0400 2000", "0000803f 000000bf 00004040", [1, -0.5, 3]],
  ["float64", "0300 0100 803e0000 00f40100 0800 4000", "000000000000e03f 000000000000f0bf", [0.5, -1]],
];

Deno.test("decodeWav() reads each format when made by hand", () => {
  for (const [format, fmt, data, samples] of BY_HAND) {
    const audio = decodeWav(riff(chunk("fmt ", hex(fmt)), chunk("data", hex(data))), format);
    assert.deepEqual(audio, { sampleRate: 16000, channels: [Float32Array.from(samples)] }, format);
  }
});

Deno.test("decodeWav() reads WAVE_FORMAT_EXTENSIBLE, also with fewer valid bits than stored", () => {
  for (const [format, fmt, data, samples] of BY_HAND) {
    const codec = fmt.slice(0, 4);
    const extensible = hex(`feff ${fmt.slice(5)} 1600 1000 04000000 ${codec} ${SUBFORMAT}`);
    const audio = decodeWav(riff(chunk("fmt ", extensible), chunk("data", hex(data))), format);
    assert.deepEqual(audio.channels, [Float32Array.from(samples)], format);
  }
});

Deno.test("encodeWav() writes the bytes of the files made by hand", () => {
  for (const [format, fmt, data, samples] of BY_HAND) {
    const audio = { sampleRate: 16000, channels: [Float32Array.from(samples)] };
    const bytes = encodeWav(audio, format);
    const body = hex(data);
    assert.deepEqual(bytes.subarray(-(body.length + body.length % 2)), join(body, new Uint8Array(body.length % 2)));
    if (format === "pcm8" || format === "pcm16") {
      assert.deepEqual(bytes, new Uint8Array(riff(chunk("fmt ", hex(fmt)), chunk("data", body))));
    }
    assert.deepEqual(decodeWav(bytes, format), audio);
  }
});

Deno.test("encodeWav() and decodeWav() keep every format, channel count and ragged length within half a step", () => {
  const rng = random(20);
  const halfStep = { pcm8: 2 ** -8, pcm16: 2 ** -16, pcm24: 2 ** -24, pcm32: 2 ** -24, float32: 0, float64: 0 };
  for (const format of FORMATS) {
    for (const channels of [1, 2, 3, 6]) {
      for (const frames of [1, 2, 7, 101]) {
        const audio = {
          sampleRate: 8000 + rng.integer(100_000),
          channels: Array.from(
            { length: channels },
            () => Float32Array.from({ length: frames }, () => 1.98 * rng.uniform() - 0.99),
          ),
        };
        const back = decodeWav(encodeWav(audio, format), format);
        assert.equal(back.sampleRate, audio.sampleRate);
        assert.equal(back.channels.length, channels);
        back.channels.forEach((channel, c) => {
          assert.equal(channel.length, frames);
          channel.forEach((x, i) => assert.ok(Math.abs(x - audio.channels[c][i]) <= halfStep[format]));
        });
        // What is on the grid already must come back as it is.
        assert.deepEqual(decodeWav(encodeWav(back, format), format), back);
      }
    }
  }
});

Deno.test("encodeWav() clips integers at full scale and keeps floats beyond it", () => {
  const audio = { sampleRate: 16000, channels: [Float32Array.of(1, 1.5, -1.5, 1e9)] };
  for (const bits of [8, 16, 24] as const) {
    const most = 1 - 2 ** (1 - bits);
    assert.deepEqual(decodeWav(encodeWav(audio, `pcm${bits}`), "x").channels, [Float32Array.of(most, most, -1, most)]);
  }
  assert.deepEqual(decodeWav(encodeWav(audio, "float32"), "x"), audio);
});

Deno.test("encodeWav() refuses channels that are none or of different lengths", () => {
  assert.throws(() => encodeWav({ sampleRate: 16000, channels: [] }, "pcm16"), RangeError);
  const uneven = [new Float32Array(2), new Float32Array(3)];
  assert.throws(() => encodeWav({ sampleRate: 16000, channels: uneven }, "pcm16"), RangeError);
});

Deno.test("decodeWav() passes over unknown chunks of odd length, before and after the samples", () => {
  const odd = chunk("LIST", hex("01 02 03"));
  const samples = chunk("data", hex("0040 00c0"));
  const expected = { sampleRate: 16000, channels: [Float32Array.of(0.5, -0.5)] };
  assert.deepEqual(decodeWav(riff(odd, chunk("fmt ", hex(FMT_16)), odd, odd, samples, odd), "x"), expected);
  assert.deepEqual(decodeWav(riff(samples, odd, chunk("fmt ", hex(FMT_16))), "x"), expected);
});

Deno.test("decodeWav() reads an array that is a window into a larger one", () => {
  const wav = riff(chunk("fmt ", hex(FMT_16)), chunk("data", hex("0040 00c0")));
  const window = join(hex("ff ff ff"), wav, hex("ff")).subarray(3, 3 + wav.length);
  assert.deepEqual(decodeWav(window, "x").channels, [Float32Array.of(0.5, -0.5)]);
});

Deno.test("decodeWav() reads to the end of the file where a stream's writer did not know the size", () => {
  const fmt = chunk("fmt ", hex(FMT_16));
  const samples = hex("0040 00c0 0020");
  const expected = [Float32Array.of(0.5, -0.5, 0.25)];
  for (const [riffSize, dataSize] of [[0xffffffff, 0xffffffff], [0, 0], [36, 0], [0xffffffff, 0], [0, 0xffffffff]]) {
    const bytes = join(ascii("RIFF"), u32(riffSize), ascii("WAVE"), fmt, chunk("data", samples, dataSize));
    assert.deepEqual(decodeWav(bytes, "x").channels, expected, `${riffSize} ${dataSize}`);
  }
  const empty = riff(fmt, chunk("data", new Uint8Array(0)), chunk("LIST", hex("01 02")));
  assert.throws(() => decodeWav(empty, "none.wav"), inputError("none.wav", /holds no samples/));
});

Deno.test("decodeWav() takes the size of an RF64 file from its ds64 chunk", () => {
  const ds64 = chunk("ds64", join(new Uint8Array(8), u32(4), new Uint8Array(16)));
  const rest = join(
    ds64,
    chunk("fmt ", hex(FMT_16)),
    chunk("data", hex("0040 00c0"), 0xffffffff),
    chunk("LIST", hex("01")),
  );
  for (const magic of ["RF64", "BW64"]) {
    const bytes = join(ascii(magic), u32(0xffffffff), ascii("WAVE"), rest);
    assert.deepEqual(decodeWav(bytes, "x").channels, [Float32Array.of(0.5, -0.5)]);
    assert.throws(() => decodeWav(bytes.subarray(0, bytes.length - 11), "t.wav"), inputError("t.wav", /truncated/));
  }
});

Deno.test("decodeWav() refuses every truncation of a file, at each byte", () => {
  const audio = { sampleRate: 16000, channels: [Float32Array.of(0.1, 0.2, 0.3), Float32Array.of(0.4, 0.5, 0.6)] };
  for (const format of FORMATS) {
    const bytes = encodeWav(audio, format);
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decodeWav(bytes.subarray(0, length), "cut.wav"), inputError("cut.wav", /truncated|is empty/));
    }
  }
});

Deno.test("decodeWav() says what is wrong with a file that it does not read", () => {
  const data = chunk("data", hex("0040 00c0"));
  const fmt = (text: string) => riff(chunk("fmt ", hex(text)), data);
  const cases: [Uint8Array, RegExp][] = [
    [ascii("fLaC and more bytes"), /is not WAV \(no RIFF header\); convert it: ffmpeg/],
    [join(ascii("RIFX"), riff(data).subarray(4)), /big-endian WAV \(RIFX\)/],
    [join(riff(data).subarray(0, 8), ascii("AVI "), data), /RIFF of type "AVI ", not WAVE/],
    [fmt("0700 0100 803e0000 803e0000 0100 0800"), /holds mu-law of 8 bits/],
    [fmt("0200 0100 803e0000 803e0000 0001 0400"), /holds Microsoft ADPCM/],
    [fmt("3412 0100 803e0000 803e0000 0001 0400"), /holds codec 0x1234/],
    [fmt("0100 0100 803e0000 803e0000 0800 4000"), /holds PCM of 64 bits/],
    [fmt("0100 0100 803e0000 803e0000 0000 0000"), /holds PCM of 0 bits/],
    [fmt("0300 0100 803e0000 803e0000 0200 1000"), /holds float of 16 bits/],
    [fmt("0100 0000 803e0000 803e0000 0000 1000"), /damaged fmt chunk, 0 channels/],
    [fmt("0100 0100 00000000 803e0000 0200 1000"), /damaged fmt chunk, 0 Hz/],
    [fmt("0100 0100 803e0000 803e0000 0300 1000"), /frames of 3 bytes do not fit 1 channels of 16 bits/],
    [fmt("0100 0100 803e0000"), /damaged fmt chunk, 8 bytes of at least 16/],
    [fmt(`feff ${FMT_16.slice(5)} 0000`), /18 bytes of the 40 that WAVE_FORMAT_EXTENSIBLE takes/],
    [fmt(`feff ${FMT_16.slice(5)} 1600 1000 00000000 0100 ${SUBFORMAT.replace("9b", "9c")}`), /subformat is unknown/],
    [
      riff(chunk("fmt ", hex(FMT_16)), chunk("data", hex("0040 00"))),
      /3 bytes of samples are no whole number of 2-byte/,
    ],
  ];
  for (const [bytes, pattern] of cases) assert.throws(() => decodeWav(bytes, "a.wav"), inputError("a.wav", pattern));
});
