import { createHash } from "node:crypto";

/** What {@link encodeFlac} may be told to get wrong or leave out. */
export interface FlacHeader {
  sampleRate: number;
  bits: 8 | 16 | 24;
  /** That frames leave rate and width to the header, as they may. */
  bareFrames?: boolean;
  /** In place of the true count. */
  samples?: number;
  /** In place of the true MD5, as 16 bytes. */
  md5?: Uint8Array;
}

const BLOCK_SIZE = 256;

/**
 * Encodes FLAC without compression (verbatim subframes, RFC 9639), for tests of the decoder.
 *
 * @param channels of integers of `header.bits` bits
 */
export function encodeFlac(channels: Int32Array[], header: FlacHeader): Uint8Array {
  const { sampleRate, bits } = header;
  const width = bits / 8;
  const rateCode = header.bareFrames ? 0 : 13;
  const widthCode = header.bareFrames ? 0 : { 8: 1, 16: 4, 24: 6 }[bits];
  const frames = channels[0].length;
  const bigEndian = (value: number) => Array.from({ length: width }, (_, i) => (value >> (8 * (width - 1 - i))) & 255);
  const interleaved = Array.from(
    { length: frames },
    (_, i) => channels.flatMap((channel) => bigEndian(channel[i]).reverse()),
  ).flat();
  const md5 = header.md5 ?? createHash("md5").update(Uint8Array.from(interleaved)).digest();

  const bytes = [0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34];
  bytes.push(BLOCK_SIZE >> 8, BLOCK_SIZE & 255, BLOCK_SIZE >> 8, BLOCK_SIZE & 255, 0, 0, 0, 0, 0, 0);
  const samples = header.samples ?? frames;
  const packed = (BigInt(sampleRate) << 44n) | (BigInt(channels.length - 1) << 41n) | (BigInt(bits - 1) << 36n) |
    BigInt(samples);
  for (let shift = 56n; shift >= 0n; shift -= 8n) bytes.push(Number((packed >> shift) & 255n));
  bytes.push(...md5);

  for (let start = 0, frame = 0; start < frames; start += BLOCK_SIZE, frame++) {
    const size = Math.min(BLOCK_SIZE, frames - start);
    // Blocks of a fixed size, which stands in 16 bits at the header's end, and after it the rate.
    if (frame > 127) throw new RangeError("encodeFlac(): too long for a test");
    const head = [0xff, 0xf8, 0x70 | rateCode, (channels.length - 1) << 4 | widthCode << 1, frame];
    head.push((size - 1) >> 8, (size - 1) & 255);
    if (rateCode) head.push(sampleRate >> 8, sampleRate & 255);
    head.push(crc(head, 8, 0x07));
    for (const channel of channels) {
      head.push(0x02);
      for (const value of channel.subarray(start, start + size)) head.push(...bigEndian(value));
    }
    const check = crc(head, 16, 0x8005);
    bytes.push(...head, check >> 8, check & 255);
  }
  return Uint8Array.from(bytes);
}

function crc(bytes: number[], bits: 8 | 16, polynomial: number): number {
  const top = 1 << (bits - 1);
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << (bits - 8);
    for (let i = 0; i < 8; i++) sum = sum & top ? (sum << 1) ^ polynomial : sum << 1;
    sum &= 2 * top - 1;
  }
  return sum;
}
