import { InputError } from "../errors.ts";

/** How one sample is stored in a WAV file; `pcm8` is unsigned, all else signed, and everything little-endian. */
export type SampleFormat = "pcm8" | "pcm16" | "pcm24" | "pcm32" | "float32" | "float64";

/** What the `fmt ` chunk says. */
export interface WavFormat {
  sampleRate: number;
  channels: number;
  samples: SampleFormat;
  /** Bytes of one frame, which is one sample of each channel. */
  frameBytes: number;
}

/** Where the samples lie. */
export interface WavLayout {
  format: WavFormat;
  /** Offset and length of the samples in bytes; length is a whole number of frames and above 0. */
  offset: number;
  length: number;
}

/** WAVEFORMATEX wFormatTag values (mmreg.h). */
export const FORMAT_TAG = { pcm: 1, float: 3, extensible: 0xfffe } as const;

/** The last 14 bytes of the extensible subformats' GUIDs; the first two are the format tag (mmreg.h). */
// deno-fmt-ignore
export const SUBFORMAT_TAIL: readonly number[] = [
  0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71,
];

const CODECS: Record<number, string> = {
  0x02: "Microsoft ADPCM",
  0x06: "A-law",
  0x07: "mu-law",
  0x11: "IMA ADPCM",
  0x31: "GSM 6.10",
  0x50: "MPEG",
  0x55: "MP3",
};

/** A size field that a writer to a pipe could not fill in. */
const UNKNOWN_SIZE = 0xffffffff;

/**
 * Finds format and samples in a RIFF, RF64 or BW64 file (RFC 2361, EBU Tech 3306). Chunks may be unknown, of odd length
 * (then padded) and in any order. A data size of 0xFFFFFFFF, or of 0 where the RIFF size covers no data either, is that
 * of a stream: the samples then reach to the end of the file.
 *
 * @param name the file's name, for the {@link InputError} thrown where it is not WAV, truncated, empty or of another codec
 */
export function findWavChunks(bytes: Uint8Array, name: string): WavLayout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  const truncated = (what: string) => new InputError(`${name}: truncated WAV, ${what}; fetch or make it again`);

  if (bytes.length === 0) throw new InputError(`${name}: is empty; fetch or make it again`);
  const magic = tag(0);
  if (magic === "RIFX") {
    throw new InputError(`${name}: is big-endian WAV (RIFX), which is not read; ${convert(name)}`);
  }
  if (!["RIFF", "RF64", "BW64"].some((known) => known.startsWith(magic))) {
    throw new InputError(`${name}: is not WAV (no RIFF header); ${convert(name)}`);
  }
  if (bytes.length < 12) throw truncated(`${bytes.length} bytes do not hold a header`);
  if (tag(8) !== "WAVE") {
    throw new InputError(`${name}: is RIFF of type ${JSON.stringify(tag(8))}, not WAVE; ${convert(name)}`);
  }
  const riffSize = view.getUint32(4, true);

  let format: WavFormat | undefined;
  let data: { offset: number; length: number } | undefined;
  let longDataSize: number | undefined;
  for (let at = 12; !format || !data;) {
    if (at + 8 > bytes.length) throw truncated(`it ends before its ${format ? "data" : "fmt"} chunk`);
    const id = tag(at);
    const offset = at + 8;
    const available = bytes.length - offset;
    let size = view.getUint32(at + 4, true);
    if (id === "data") {
      if (size === UNKNOWN_SIZE) size = longDataSize ?? available;
      if (size === 0 && (riffSize === UNKNOWN_SIZE || riffSize + 8 <= offset)) size = available;
      if (size === 0) throw new InputError(`${name}: holds no samples; record or make it again`);
      data = { offset, length: size };
    }
    if (size > available) throw truncated(`its ${id} chunk has ${available} of ${size} bytes`);
    if (id === "fmt ") format = parseFormat(view, offset, size, name);
    if (id === "ds64") {
      if (size < 28) throw truncated(`its ds64 chunk has ${size} of 28 bytes`);
      longDataSize = Number(view.getBigUint64(offset + 8, true));
    }
    at = offset + size + size % 2;
  }
  if (data.length % format.frameBytes !== 0) {
    throw truncated(`${data.length} bytes of samples are no whole number of ${format.frameBytes}-byte frames`);
  }
  return { format, ...data };
}

function parseFormat(view: DataView, at: number, size: number, name: string): WavFormat {
  const damaged = (what: string) => new InputError(`${name}: damaged fmt chunk, ${what}; fetch or make it again`);
  if (size < 16) throw damaged(`${size} bytes of at least 16`);
  let codec = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const frameBytes = view.getUint16(at + 12, true);
  const bits = view.getUint16(at + 14, true);
  if (codec === FORMAT_TAG.extensible) {
    if (size < 40) throw damaged(`${size} bytes of the 40 that WAVE_FORMAT_EXTENSIBLE takes`);
    if (SUBFORMAT_TAIL.some((byte, i) => view.getUint8(at + 26 + i) !== byte)) {
      throw new InputError(`${name}: its WAVE_FORMAT_EXTENSIBLE subformat is unknown; ${convert(name)}`);
    }
    codec = view.getUint16(at + 24, true);
  }
  if (channels === 0) throw damaged("0 channels");
  if (sampleRate === 0) throw damaged("0 Hz");
  const samples = sampleFormat(codec, bits, name);
  if (frameBytes !== channels * Math.ceil(bits / 8)) {
    throw damaged(`frames of ${frameBytes} bytes do not fit ${channels} channels of ${bits} bits`);
  }
  return { sampleRate, channels, samples, frameBytes };
}

function sampleFormat(codec: number, bits: number, name: string): SampleFormat {
  if (codec === FORMAT_TAG.float && bits === 32) return "float32";
  if (codec === FORMAT_TAG.float && bits === 64) return "float64";
  if (codec === FORMAT_TAG.pcm && bits > 0) {
    // Widths between are stored in the high bits of the next whole byte, so they read as that width.
    if (bits <= 8) return "pcm8";
    if (bits <= 16) return "pcm16";
    if (bits <= 24) return "pcm24";
    if (bits <= 32) return "pcm32";
  }
  const label = codec === FORMAT_TAG.pcm
    ? "PCM"
    : codec === FORMAT_TAG.float
    ? "float"
    : CODECS[codec] ?? `codec 0x${codec.toString(16)}`;
  throw new InputError(`${name}: holds ${label} of ${bits} bits, which is not read; ${convert(name)}`);
}

function convert(name: string): string {
  return `convert it: ffmpeg -i ${name} -c:a pcm_s16le converted.wav`;
}
