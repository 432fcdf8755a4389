import { createHash } from "node:crypto";
import { InputError } from "../errors.ts";
import type { Audio } from "./audio.ts";
import { flacFrames } from "./flac_frames.ts";

/** The STREAMINFO block, which every FLAC file opens with (RFC 9639, section 8.2). */
interface StreamInfo {
  sampleRate: number;
  channels: number;
  bits: number;
  /** Samples of each channel; 0 where the encoder did not know. */
  samples: number;
  /** MD5 of the interleaved little-endian samples in hexadecimal; all zeros where the encoder did not know. */
  md5: string;
}

/** 4 bytes of magic, 4 of block header, 34 of STREAMINFO. */
export const FLAC_HEADER_BYTES = 42;
/** The bit that marks the last block of metadata. */
const LAST_BLOCK = 0x80;
/** The widths that the decoder scales; of others it gives noise. */
const DECODED_BITS = [8, 16, 24, 32];
const MAX_FRAME_BYTES = 8 * 65535;
const NO_MD5 = "0".repeat(32);

/**
 * Decodes FLAC. An integer of b bits becomes value / 2^(b-1). The number of samples and, up to 24 bits, their MD5 must be
 * those of the file's own header, so a truncated or damaged file never passes for a shorter one.
 *
 * @param name the file's name, for the {@link InputError} thrown where the bytes are not a whole FLAC file with samples
 */
export async function decodeFlac(bytes: Uint8Array, name: string): Promise<Audio> {
  const info = parseStreamInfo(bytes, name);
  const damaged = (what: string) =>
    new InputError(`${name}: truncated or damaged FLAC, ${what}; fetch or make it again`);
  const start = metadataEnd(bytes);
  const frames = start === undefined ? undefined : flacFrames(bytes, start);
  if (frames === undefined) throw damaged("its blocks and frames do not fill the file");

  // Whatever yields no samples makes the decoder free memory that is not its own: it gets only what it can decode.
  if (!DECODED_BITS.includes(info.bits) || !frames.every(isDecoded)) {
    throw new InputError(
      `${name}: holds FLAC of ${info.bits} bits at ${info.sampleRate} Hz in a form that is not read; ` +
        `convert it: ffmpeg -i ${name} -c:a pcm_s16le converted.wav`,
    );
  }
  const { FLACDecoder } = await import("@wasm-audio-decoders/flac");
  const decoder = new FLACDecoder();
  await decoder.ready;
  try {
    const { channelData, samplesDecoded, errors } = await decoder.decodeFrames(frames);
    if (errors.length > 0) throw damaged(errors[0].message);
    if (samplesDecoded !== info.samples || channelData.length !== info.channels) {
      throw damaged(`${samplesDecoded} of ${info.samples} samples decode`);
    }
    return { sampleRate: info.sampleRate, channels: rescale(channelData, info, name) };
  } finally {
    decoder.free();
  }
}

/** How long a file's first {@link FLAC_HEADER_BYTES} say that it is; null where they are no header. Not checked. */
export function flacSeconds(head: Uint8Array): number | null {
  try {
    const { samples, sampleRate } = parseStreamInfo(head, "");
    return samples / sampleRate;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** The decoder sees no STREAMINFO, so a frame must tell its rate and width itself; and it splits long ones in the middle. */
function isDecoded(frame: Uint8Array): boolean {
  const rateCode = frame[2] & 15;
  const widthCode = (frame[3] >> 1) & 7;
  return rateCode !== 0 && widthCode !== 0 && frame.length <= MAX_FRAME_BYTES;
}

/** Where the blocks of metadata end and the frames begin; undefined where the file ends before. */
function metadataEnd(bytes: Uint8Array): number | undefined {
  let at = 4;
  while (at + 4 <= bytes.length) {
    const isLast = (bytes[at] & LAST_BLOCK) !== 0;
    at += 4 + ((bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
    if (isLast) return at;
  }
  return undefined;
}

function parseStreamInfo(bytes: Uint8Array, name: string): StreamInfo {
  if (bytes.length === 0) throw new InputError(`${name}: is empty; fetch or make it again`);
  if ([0x66, 0x4c, 0x61, 0x43].some((byte, i) => i < bytes.length && bytes[i] !== byte)) {
    throw new InputError(`${name}: is not FLAC (no fLaC header); convert it: ffmpeg -i ${name} converted.flac`);
  }
  if (bytes.length < FLAC_HEADER_BYTES) throw new InputError(`${name}: truncated FLAC header; fetch or make it again`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if ((bytes[4] & 0x7f) !== 0 || (view.getUint32(4) & 0xffffff) !== 34) {
    throw new InputError(`${name}: damaged FLAC, it does not open with STREAMINFO; fetch or make it again`);
  }
  const packed = view.getUint32(18);
  const info = {
    sampleRate: packed >>> 12,
    channels: ((packed >>> 9) & 7) + 1,
    bits: ((packed >>> 4) & 31) + 1,
    samples: (packed & 15) * 2 ** 32 + view.getUint32(22),
    md5: [...bytes.subarray(26, 42)].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
  if (info.sampleRate === 0) throw new InputError(`${name}: damaged FLAC, 0 Hz; fetch or make it again`);
  if (info.samples === 0) {
    throw new InputError(
      `${name}: does not say how long it is, so that a truncated copy could not be told; ` +
        `encode it to a file, not to a pipe: ffmpeg -i ${name} whole.flac`,
    );
  }
  return info;
}

/** The decoder divides by 2^(b-1) - 1; brings that to the usual 2^(b-1) in place, checking the MD5 on the way. */
function rescale(channels: Float32Array[], info: StreamInfo, name: string): Float32Array[] {
  const decoderScale = 2 ** (info.bits - 1) - 1;
  const scale = 2 ** (info.bits - 1);
  // Up to 24 bits a float32 tells which integer it was.
  const exact = info.bits <= 24;
  if (exact && info.md5 !== NO_MD5 && md5(channels, info.bits) !== info.md5) {
    throw new InputError(
      `${name}: damaged FLAC, its samples do not have the MD5 in its header; fetch or make it again`,
    );
  }
  for (const channel of channels) {
    for (let i = 0; i < channel.length; i++) {
      const value = channel[i] * decoderScale;
      channel[i] = (exact ? Math.round(value) : value) / scale;
    }
  }
  return channels;
}

/** Of the samples as the encoder saw them: interleaved signed integers of whole bytes, little-endian. */
function md5(channels: Float32Array[], bits: number): string {
  const decoderScale = 2 ** (bits - 1) - 1;
  const width = Math.ceil(bits / 8);
  const frameBytes = channels.length * width;
  const bytes = new Uint8Array(channels[0].length * frameBytes);
  channels.forEach((channel, c) => {
    for (let i = 0; i < channel.length; i++) {
      const value = Math.round(channel[i] * decoderScale);
      const at = i * frameBytes + c * width;
      for (let byte = 0; byte < width; byte++) bytes[at + byte] = value >> (8 * byte);
    }
  });
  return createHash("md5").update(bytes).digest("hex");
}
