/**
 * Splits a FLAC file's audio into its frames, which the decoder wants one by one and whose ends FLAC marks nowhere. (The
 * decoder package's own splitter loses a last frame of less than 14 bytes, such as that of a single sample.)
 */

const CRC_16 = crcTable(16, 0x8005);
const CRC_8 = crcTable(8, 0x07);

/**
 * The frames in `bytes` from `start` to the end (RFC 9639, section 9). Each ends with a CRC-16 that brings the CRC-16 of the
 * whole frame to 0, and is followed by the next header, which has a CRC of its own, or by the end.
 *
 * @returns undefined where they do not fill the bytes, which are then truncated or damaged
 */
export function flacFrames(bytes: Uint8Array, start: number): Uint8Array[] | undefined {
  const frames: Uint8Array[] = [];
  let frame = start;
  while (frame < bytes.length) {
    const header = headerLength(bytes, frame);
    if (header === undefined) return undefined;
    let crc = 0;
    let end = frame;
    do {
      if (end >= bytes.length) return undefined;
      crc = ((crc << 8) & 0xffff) ^ CRC_16[(crc >> 8) ^ bytes[end++]];
    } while (crc !== 0 || end < frame + header + 3 || !(end === bytes.length || headerLength(bytes, end)));
    frames.push(bytes.subarray(frame, end));
    frame = end;
  }
  return frames;
}

/** Bytes of the frame header at `at`, its CRC-8 included; undefined where there is none. */
function headerLength(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] !== 0xff || (bytes[at + 1] & 0xfe) !== 0xf8) return undefined;
  const sizeCode = bytes[at + 2] >> 4;
  const rateCode = bytes[at + 2] & 15;
  // The frame's number is coded as in UTF-8: the leading ones of its first byte count its bytes, none meaning one.
  const ones = Math.clz32(~(bytes[at + 4] << 24));
  const sizeBytes = sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0;
  const rateBytes = rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0;
  const length = 4 + Math.max(1, ones) + sizeBytes + rateBytes + 1;
  let crc = 0;
  for (let i = at; i < at + length; i++) crc = CRC_8[crc ^ bytes[i]];
  return at + length <= bytes.length && crc === 0 ? length : undefined;
}

/** CRCs of each byte, most significant bit first. */
function crcTable(bits: 8 | 16, polynomial: number): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (bits - 8);
    for (let i = 0; i < 8; i++) crc = (crc << 1) ^ (crc >> (bits - 1) ? polynomial : 0), crc &= (1 << bits) - 1;
    return crc;
  });
}
