/** One page of an Ogg file (RFC 3533, section 6). */
export interface OggPage {
  /** Where it begins and ends in the file. */
  start: number;
  end: number;
  /** Where its data begin. */
  data: number;
  isContinued: boolean;
  isLast: boolean;
  /** Samples up to the end of the last packet that ends here, as the codec counts them; null where none ends. */
  granule: number | null;
  /** Lengths of the packets that end on this page, of a continued one only what lies here. */
  packets: number[];
}

const HEADER_BYTES = 27;
const CRC_AT = 22;
const FLAG = { continued: 1, first: 2, last: 4 } as const;
const NO_GRANULE = 0xffffffffffffffffn;

/** CRC-32 of polynomial 0x04c11db7, not reflected, from 0. */
const CRC_32 = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let i = 0; i < 8; i++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc;
});

/**
 * The pages of one logical stream, which must fill `bytes`: the first page first, numbered without a gap, each with its CRC,
 * and the last marked as last. So a file that was cut or damaged shows.
 *
 * @returns what is wrong, in words, where they do not
 */
export function oggPages(bytes: Uint8Array): OggPage[] | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pages: OggPage[] = [];
  for (let start = 0; start < bytes.length;) {
    if (start + HEADER_BYTES > bytes.length) return "it ends within a page";
    if (view.getUint32(start) !== 0x4f676753) return `no page begins at byte ${start}`;
    const data = start + HEADER_BYTES + bytes[start + 26];
    const lacing = bytes.subarray(start + HEADER_BYTES, data);
    const end = data + lacing.reduce((sum, length) => sum + length, 0);
    if (end > bytes.length) return "it ends within a page";
    if (pageCrc(bytes.subarray(start, end)) !== view.getUint32(start + CRC_AT, true)) {
      return `the page at byte ${start} does not have its checksum`;
    }
    const flags = bytes[start + 5];
    if (pages.length > 0 && view.getUint32(start + 14, true) !== view.getUint32(14, true)) {
      return "it holds several streams";
    }
    if (view.getUint32(start + 18, true) !== view.getUint32(18, true) + pages.length) {
      return `a page is missing before byte ${start}`;
    }
    const granule = view.getBigUint64(start + 6, true);
    pages.push({
      start,
      end,
      data,
      isContinued: (flags & FLAG.continued) !== 0,
      isLast: (flags & FLAG.last) !== 0,
      granule: granule === NO_GRANULE ? null : Number(granule),
      packets: packetLengths(lacing),
    });
    start = end;
  }
  const last = pages.at(-1);
  if (!last?.isLast) return "its last page is missing";
  if (pages.some((page) => page.isLast && page !== last)) return "it goes on after its last page";
  return pages;
}

/** A copy of a page without the mark of the last one. */
export function unmarkLast(page: Uint8Array): Uint8Array {
  const copy = page.slice();
  copy[5] &= ~FLAG.last;
  return sealed(copy);
}

/** Writes a page's checksum into it; returns the same page. */
export function sealed(page: Uint8Array): Uint8Array {
  new DataView(page.buffer, page.byteOffset).setUint32(CRC_AT, pageCrc(page), true);
  return page;
}

/** A packet ends with the first segment of less than 255 bytes. */
function packetLengths(lacing: Uint8Array): number[] {
  const lengths: number[] = [];
  let length = 0;
  for (const segment of lacing) {
    length += segment;
    if (segment === 255) continue;
    lengths.push(length);
    length = 0;
  }
  return lengths;
}

/** Of the page with zeros in place of its checksum. */
function pageCrc(page: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= CRC_AT && i < CRC_AT + 4 ? 0 : page[i];
    crc = (crc << 8) ^ CRC_32[(crc >>> 24) ^ byte];
  }
  return crc >>> 0;
}
