import { InputError } from "../errors.ts";
import type { Audio } from "./audio.ts";
import { type OggPage, oggPages, unmarkLast } from "./ogg_pages.ts";

/** The rate, in Hz, at which Opus is decoded and counted, whatever it was recorded at (RFC 7845, section 4). */
export const OPUS_RATE = 48000;

/** An Ogg Opus file that was checked, not decoded. */
export interface OpusFile {
  /** Samples of each channel at {@link OPUS_RATE}, pre-skip and padding left out. */
  readonly samples: number;
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly head: OpusHead;
  /** Pages of audio, and the sample (pre-skip counted) with which each begins. */
  readonly pages: readonly (OggPage & { first: number })[];
}

/** The identification header (RFC 7845, section 5.1). */
interface OpusHead {
  readonly channels: number;
  /** Samples at the start that belong to no audio. */
  readonly preSkip: number;
  /** What the decoder's output is to be multiplied by. */
  readonly gain: number;
  /** Bytes of the pages of headers. */
  readonly end: number;
}

/** What is decoded before the samples asked for, so that the decoder's state settles: RFC 7845 asks for 0.08 s. */
const PRE_ROLL = OPUS_RATE;

/**
 * Decodes an Ogg Opus file to the exact length that its header and its last page give (pre-skip and end trimming, RFC 7845
 * section 4), as opusdec does, to whose samples these are equal.
 *
 * @param name the file's name, for the {@link InputError} thrown where the bytes are not a whole Ogg Opus file with samples
 */
export async function decodeOpus(bytes: Uint8Array, name: string): Promise<Audio> {
  const file = openOpus(bytes, name);
  return await decodeOpusRange(file, 0, file.samples);
}

/** Reads headers and pages, and checks that the file is whole: {@link decodeOpus}'s errors. */
export function openOpus(bytes: Uint8Array, name: string): OpusFile {
  const damaged = (what: string) =>
    new InputError(`${name}: truncated or damaged Ogg Opus, ${what}; fetch or make it again`);
  const codec = firstPacket(bytes);
  if (codec !== null && !codec.startsWith("OpusHead")) {
    const known = Object.entries(CODECS).find(([magic]) => codec.startsWith(magic))?.[1] ?? "of an unknown codec";
    throw new InputError(`${name}: is Ogg ${known}, not Opus; convert it: ffmpeg -i ${name} converted.flac`);
  }
  const pages = oggPages(bytes);
  if (typeof pages === "string") throw damaged(pages);
  const head = parseHead(bytes, pages);
  if (typeof head === "string") throw damaged(head);

  const audio: (OggPage & { first: number })[] = [];
  let position = 0;
  const samplesOf = packetCounter(bytes);
  for (const page of pages.filter(({ start }) => start >= head.end)) {
    const samples = samplesOf(page);
    if (samples === null) throw damaged(`the page at byte ${page.start} holds no Opus packets`);
    // A stream that was cut out of a longer one counts on from where it was cut.
    if (audio.length === 0 && !page.isLast) position = Math.max(0, (page.granule ?? samples) - samples);
    audio.push({ ...page, first: position });
    position += samples;
  }
  const end = pages.at(-1)!.granule;
  if (audio.length === 0 || end === null) throw damaged("it holds no audio");
  if (end > position) throw damaged(`${position} of ${end} samples are there`);
  const samples = end - audio[0].first - head.preSkip;
  if (samples <= 0) throw new InputError(`${name}: holds no samples; record or make it again`);
  return { samples, bytes, name, head, pages: audio };
}

/**
 * Decodes the samples from `from` to `to` (at {@link OPUS_RATE}; within 0 .. file.samples), reading only the pages that hold
 * them and a second before. A decoder never forgets entirely: against decoding from the start, samples of speech at 32
 * kbit/s differed by 1e-4 (RMS), and by 2e-3 at most, whether 1 or 4 s were read before.
 */
export async function decodeOpusRange(file: OpusFile, from: number, to: number): Promise<Audio> {
  const { bytes, name, head, pages } = file;
  const origin = pages[0].first;
  // The decoder leaves out the pre-skip wherever it begins: what it gives of a page begins at `first` itself.
  const firstPage = Math.max(0, pages.findLastIndex((p) => !p.isContinued && p.first - origin <= from - PRE_ROLL));
  const endPage = pages.findIndex((p) => p.first - origin >= to + head.preSkip);
  const used = pages.slice(firstPage, endPage < 0 ? pages.length : endPage);
  const last = used.at(-1)!;
  // Of a last page marked as such the decoder would trim by its own counting.
  const stream = join([
    bytes.subarray(0, head.end),
    bytes.subarray(used[0].start, last.start),
    unmarkLast(bytes.subarray(last.start, last.end)),
  ]);

  const { OggOpusDecoder } = await import("ogg-opus-decoder");
  const decoder = new OggOpusDecoder();
  try {
    await decoder.ready;
    const { channelData, samplesDecoded, errors } = await decoder.decodeFile(stream);
    if (errors.length > 0) throw new Error(errors[0].message);
    const skip = from - (used[0].first - origin);
    if (samplesDecoded < skip + to - from || channelData.length !== head.channels) {
      throw new Error("samples are missing");
    }
    const channels = channelData.map((channel) => channel.slice(skip, skip + to - from));
    if (head.gain !== 1) channels.forEach((channel) => channel.forEach((x, i) => channel[i] = x * head.gain));
    return { sampleRate: OPUS_RATE, channels };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new InputError(`${name}: damaged Opus, ${message}; fetch or make it again`);
  } finally {
    decoder.free();
  }
}

const CODECS: Record<string, string> = {
  "\x01vorbis": "Vorbis",
  "\x7fFLAC": "FLAC",
  "Speex": "Speex",
  "\x80theora": "Theora",
};

/** The beginning of the first page's data as text; null where the file ends before. */
function firstPacket(bytes: Uint8Array): string | null {
  const at = 27 + (bytes[26] ?? 0);
  return at + 8 <= bytes.length ? String.fromCharCode(...bytes.subarray(at, at + 8)) : null;
}

/** Header and tags take pages of their own; tags end with the first packet's end after the header's page. */
function parseHead(bytes: Uint8Array, pages: OggPage[]): OpusHead | string {
  const at = pages[0].data;
  if (pages[0].end - at < 19) return "its header is too short";
  const tags = pages.findIndex((page, i) => i > 0 && page.packets.length > 0);
  if (tags < 0) return "its tags are missing";
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, pages[0].end - at);
  if (view.getUint8(8) >> 4 !== 0) return `its version ${view.getUint8(8)} is unknown`;
  const channels = view.getUint8(9);
  if (channels === 0) return "0 channels";
  const gain = 10 ** (view.getInt16(16, true) / (20 * 256));
  return { channels, preSkip: view.getUint16(10, true), gain, end: pages[tags].end };
}

/** A function that takes page after page and gives the samples of the packets that end on it; null where one is no Opus. */
function packetCounter(bytes: Uint8Array): (page: OggPage) => number | null {
  // The beginning of a packet that has not ended yet.
  let begun = new Uint8Array(0);
  return (page) => {
    if (page.isContinued !== begun.length > 0) return null;
    let samples = 0;
    let at = page.data;
    for (const length of page.packets) {
      const duration = packetSamples(join([begun, bytes.subarray(at, at + Math.min(2, length))]));
      if (duration === null) return null;
      samples += duration;
      at += length;
      begun = new Uint8Array(0);
    }
    begun = join([begun, bytes.subarray(at, Math.min(at + 2, page.end))]);
    return samples;
  };
}

/** Samples of a packet at 48 kHz, from its first bytes (RFC 6716, section 3.1). */
function packetSamples(packet: Uint8Array): number | null {
  if (packet.length === 0) return null;
  const config = packet[0] >> 3;
  const frame = config < 12
    ? [480, 960, 1920, 2880][config & 3]
    : config < 16
    ? [480, 960][config & 1]
    : [120, 240, 480, 960][config & 3];
  const code = packet[0] & 3;
  if (code === 3 && packet.length < 2) return null;
  return frame * (code === 0 ? 1 : code < 3 ? 2 : packet[1] & 63);
}

function join(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
