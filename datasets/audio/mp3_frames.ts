/** What a walk over an MP3 file's frames tells without decoding. */
export interface Mp3Stream {
  sampleRate: number;
  channels: number;
  /** Frames of audio; a first one that only describes the others (Xing, Info) is not counted. */
  frames: number;
  /** Samples of each channel in a frame. */
  frameSamples: number;
  /** Samples that the encoder says it put before and after the audio (LAME's gapless fields); undefined where it does not. */
  padding?: number;
  /** Where the first frame begins and the last one ends. */
  start: number;
  end: number;
}

interface FrameHeader {
  length: number;
  sampleRate: number;
  channels: number;
  samples: number;
  /** Bytes of header and side information, after which a Xing or Info tag lies. */
  tagOffset: number;
}

/** kbit/s by index, layer III: of MPEG 1, and of MPEG 2 and 2.5. */
const BITRATES = {
  full: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  low: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const RATES = [44100, 48000, 32000] as const;
/** How far from its start a file may hold something else than frames and ID3 tags. */
const MAX_JUNK = 2 ** 16;

/** Whether the bytes begin like MP3: an ID3v2 tag or a frame header of layer III. */
export function looksLikeMp3(bytes: Uint8Array): boolean {
  return hasText(bytes, 0, "ID3") || frameHeader(bytes, 0) !== null;
}

/**
 * Walks over the frames of a layer III stream of MPEG 1, 2 or 2.5 (ISO 11172-3 section 2.4.1, 13818-3) between an ID3v2
 * tag and trailing tags. MP3 says nowhere how long it is, but for the frame count of a Xing or Info tag, which is compared.
 *
 * @returns what is wrong, in words, where the bytes are not such a stream from start to end
 */
export function mp3Stream(bytes: Uint8Array): Mp3Stream | string {
  const start = firstFrame(bytes);
  if (start === null) return "it holds no frames of MPEG layer III";
  const first = frameHeader(bytes, start)!;
  const tag = infoTag(bytes, start, first);
  let at = start;
  let frames = tag ? -1 : 0;
  while (at < bytes.length && !isTrailer(bytes, at)) {
    const header = frameHeader(bytes, at);
    if (header === null) return `no frame begins at byte ${at}`;
    if (at + header.length > bytes.length) return "its last frame is cut";
    if (header.sampleRate !== first.sampleRate || header.channels !== first.channels) {
      return `it goes on in another format at byte ${at}`;
    }
    frames++;
    at += header.length;
  }
  if (tag && tag.frames > 0 && tag.frames !== frames) return `${frames} of ${tag.frames} frames are there`;
  return {
    sampleRate: first.sampleRate,
    channels: first.channels,
    frames,
    frameSamples: first.samples,
    ...(tag?.padding === undefined ? {} : { padding: tag.padding }),
    start,
    end: at,
  };
}

/** The first header that another one follows, or that ends the file. */
function firstFrame(bytes: Uint8Array): number | null {
  let at = 0;
  while (hasText(bytes, at, "ID3") && at + 10 <= bytes.length) {
    const size = [6, 7, 8, 9].reduce((sum, i) => sum * 128 + (bytes[at + i] & 127), 0);
    at += 10 + size + (bytes[at + 5] & 0x10 ? 10 : 0);
  }
  for (const limit = Math.min(bytes.length, at + MAX_JUNK); at < limit; at++) {
    const header = frameHeader(bytes, at);
    if (header === null) continue;
    const next = at + header.length;
    if (next >= bytes.length || isTrailer(bytes, next) || frameHeader(bytes, next) !== null) return at;
  }
  return null;
}

function frameHeader(bytes: Uint8Array, at: number): FrameHeader | null {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xe0) !== 0xe0) return null;
  const version = (bytes[at + 1] >> 3) & 3;
  const layer = (bytes[at + 1] >> 1) & 3;
  const bitrate = bytes[at + 2] >> 4;
  const rate = (bytes[at + 2] >> 2) & 3;
  if (version === 1 || layer !== 1 || bitrate === 0 || bitrate === 15 || rate === 3) return null;
  const isFull = version === 3;
  const sampleRate = RATES[rate] / (isFull ? 1 : version === 2 ? 2 : 4);
  const kilobits = (isFull ? BITRATES.full : BITRATES.low)[bitrate];
  const channels = bytes[at + 3] >> 6 === 3 ? 1 : 2;
  const samples = isFull ? 1152 : 576;
  const padding = (bytes[at + 2] >> 1) & 1;
  return {
    length: Math.floor(samples / 8 * kilobits * 1000 / sampleRate) + padding,
    sampleRate,
    channels,
    samples,
    tagOffset: 4 + (isFull ? (channels === 1 ? 17 : 32) : (channels === 1 ? 9 : 17)),
  };
}

/** A first frame that holds no audio but Xing's frame count and LAME's delay and padding (LAME's "Mp3 Info Tag rev 1"). */
function infoTag(bytes: Uint8Array, frame: number, header: FrameHeader): { frames: number; padding?: number } | null {
  const at = frame + header.tagOffset;
  if (!hasText(bytes, at, "Xing") && !hasText(bytes, at, "Info")) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + 8 > bytes.length) return { frames: 0 };
  const flags = view.getUint32(at + 4);
  const frames = flags & 1 && at + 12 <= bytes.length ? view.getUint32(at + 8) : 0;
  const lame = at + 8 + (flags & 1 ? 4 : 0) + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0);
  if (lame + 24 > frame + header.length || lame + 24 > bytes.length || bytes[lame] === 0) return { frames };
  const [a, b, c] = bytes.subarray(lame + 21, lame + 24);
  return { frames, padding: (a << 4) + (b >> 4) + ((b & 15) << 8) + c };
}

/** Tags that may end a file (ID3v1, APE, Lyrics3), and zeros. */
function isTrailer(bytes: Uint8Array, at: number): boolean {
  return hasText(bytes, at, "TAG") && bytes.length - at === 128 ||
    ["APETAGEX", "LYRICSBEGIN", "ID3"].some((tag) => hasText(bytes, at, tag)) ||
    bytes.subarray(at).every((byte) => byte === 0);
}

function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  return at + text.length <= bytes.length && [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
}
