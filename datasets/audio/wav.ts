import type { Audio } from "./audio.ts";
import { findWavChunks, FORMAT_TAG, type SampleFormat, SUBFORMAT_TAIL } from "./wav_chunks.ts";

const BYTES: Record<SampleFormat, number> = { pcm8: 1, pcm16: 2, pcm24: 3, pcm32: 4, float32: 4, float64: 8 };

const READ: Record<SampleFormat, (view: DataView, at: number) => number> = {
  pcm8: (view, at) => (view.getUint8(at) - 128) / 128,
  pcm16: (view, at) => view.getInt16(at, true) / 2 ** 15,
  pcm24: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23,
  pcm32: (view, at) => view.getInt32(at, true) / 2 ** 31,
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
};

const WRITE: Record<SampleFormat, (view: DataView, at: number, x: number) => void> = {
  pcm8: (view, at, x) => view.setUint8(at, toInteger(x, 7) + 128),
  pcm16: (view, at, x) => view.setInt16(at, toInteger(x, 15), true),
  pcm24: (view, at, x) => {
    const value = toInteger(x, 23);
    view.setUint16(at, value & 0xffff, true);
    view.setInt8(at + 2, value >> 16);
  },
  pcm32: (view, at, x) => view.setInt32(at, toInteger(x, 31), true),
  float32: (view, at, x) => view.setFloat32(at, x, true),
  float64: (view, at, x) => view.setFloat64(at, x, true),
};

/** The nearest integer of `bits` bits and a sign; what lies beyond full scale is clipped. */
function toInteger(x: number, bits: number): number {
  return Math.max(-(2 ** bits), Math.min(2 ** bits - 1, Math.round(x * 2 ** bits)));
}

/**
 * Decodes WAV: PCM of 8 to 32 bits, float of 32 or 64, plain or WAVE_FORMAT_EXTENSIBLE, RIFF or RF64, any number of
 * channels. An integer of b bits becomes value / 2^(b-1), exactly up to 24 bits and rounded to float32 beyond.
 *
 * @param name the file's name, for the InputError thrown where the bytes are not a whole, supported WAV file with samples
 */
export function decodeWav(bytes: Uint8Array, name: string): Audio {
  const { format, offset, length } = findWavChunks(bytes, name);
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
  const read = READ[format.samples];
  const width = BYTES[format.samples];
  const frames = length / format.frameBytes;
  const channels = Array.from({ length: format.channels }, (_, c) => {
    const channel = new Float32Array(frames);
    for (let i = 0, at = c * width; i < frames; i++, at += format.frameBytes) channel[i] = read(view, at);
    return channel;
  });
  return { sampleRate: format.sampleRate, channels };
}

/**
 * Encodes WAV. Samples beyond full scale are clipped in the integer formats and kept in the float formats. The header is
 * WAVE_FORMAT_EXTENSIBLE where Microsoft asks for it: more than 2 channels, or integers of more than 16 bits.
 *
 * Throws RangeError where there is no channel, channels differ in length, or the file would pass 4 GiB.
 */
export function encodeWav(audio: Audio, format: SampleFormat): Uint8Array<ArrayBuffer> {
  const count = audio.channels.length;
  const frames = audio.channels[0]?.length ?? 0;
  if (count === 0 || audio.channels.some((channel) => channel.length !== frames)) {
    throw new RangeError(`encodeWav(): takes one channel or more, of one length`);
  }
  const width = BYTES[format];
  const isFloat = format.startsWith("float");
  const extensible = count > 2 || format === "pcm24" || format === "pcm32";
  const formatSize = extensible ? 40 : isFloat ? 18 : 16;
  const factSize = isFloat ? 12 : 0;
  const dataSize = frames * count * width;
  const headerSize = 12 + 8 + formatSize + factSize + 8;
  const total = headerSize + dataSize + dataSize % 2;
  if (total - 8 > 0xffffffff) throw new RangeError(`encodeWav(): ${total} bytes do not fit a WAV file of 4 GiB`);

  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const tag = (text: string) => {
    for (const letter of text) view.setUint8(at++, letter.charCodeAt(0));
  };
  const u16 = (value: number) => view.setUint16((at += 2) - 2, value, true);
  const u32 = (value: number) => view.setUint32((at += 4) - 4, value, true);

  const codec = isFloat ? FORMAT_TAG.float : FORMAT_TAG.pcm;
  tag("RIFF"), u32(total - 8), tag("WAVE");
  tag("fmt "), u32(formatSize);
  u16(extensible ? FORMAT_TAG.extensible : codec), u16(count), u32(audio.sampleRate);
  u32(audio.sampleRate * count * width), u16(count * width), u16(width * 8);
  if (formatSize > 16) u16(formatSize - 18);
  if (extensible) {
    // All bits valid; no speaker positions; the subformat's GUID.
    u16(width * 8), u32(0), u16(codec);
    for (const byte of SUBFORMAT_TAIL) view.setUint8(at++, byte);
  }
  if (isFloat) tag("fact"), u32(4), u32(frames);
  tag("data"), u32(dataSize);

  const write = WRITE[format];
  audio.channels.forEach((channel, c) => {
    for (let i = 0; i < frames; i++) write(view, headerSize + (i * count + c) * width, channel[i]);
  });
  return bytes;
}
