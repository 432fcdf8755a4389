/**
 * The words of a language model, numbered from 0 in the order of their coming: a hash table over their UTF-8 bytes, so
 * that a file of millions of n-grams is read without making a string of each word.
 */
export interface WordTable {
  /** Words held. */
  count: number;
  /** All words' bytes one behind the other; word i is bytes[starts[i] … starts[i + 1]). */
  bytes: Uint8Array;
  starts: Uint32Array;
  /** Open addressing: word + 1, or 0 for a free slot; a power of two of slots. */
  slots: Int32Array;
}

/** A table without words. */
export function wordTable(): WordTable {
  return { count: 0, bytes: new Uint8Array(1024), starts: new Uint32Array(256), slots: new Int32Array(256) };
}

/** The number of the word that stands in source[from … to), or −1. */
export function findWord(table: WordTable, source: Uint8Array, from: number, to: number): number {
  return table.slots[slotOf(table, source, from, to)] - 1;
}

/** The number of the word that stands in source[from … to), which joins the table where it is new. */
export function addWord(table: WordTable, source: Uint8Array, from: number, to: number): number {
  const slot = slotOf(table, source, from, to);
  if (table.slots[slot] > 0) return table.slots[slot] - 1;
  const word = table.count++;
  const start = table.starts[word];
  const end = start + to - from;
  if (end > table.bytes.length) table.bytes = grown(table.bytes, new Uint8Array(2 * end));
  table.bytes.set(source.subarray(from, to), start);
  if (word + 2 > table.starts.length) table.starts = grown(table.starts, new Uint32Array(2 * table.starts.length));
  table.starts[word + 1] = end;
  table.slots[slot] = word + 1;
  if (2 * table.count > table.slots.length) rehash(table);
  return word;
}

const encoder = new TextEncoder();
const scratch = new Uint8Array(4096);

/** The same of a string; words longer than 1,365 characters are unknown. */
export function findString(table: WordTable, word: string): number {
  const { read, written } = encoder.encodeInto(word, scratch);
  return read < word.length ? -1 : findWord(table, scratch, 0, written);
}

/** The same of a string. */
export function addString(table: WordTable, word: string): number {
  const bytes = encoder.encode(word);
  return addWord(table, bytes, 0, bytes.length);
}

/** The text of a word. */
export function wordText(table: WordTable, word: number): string {
  return new TextDecoder().decode(table.bytes.subarray(table.starts[word], table.starts[word + 1]));
}

/** The slot that holds the word, or the free one where it would go. */
function slotOf(table: WordTable, source: Uint8Array, from: number, to: number): number {
  const { bytes, starts, slots } = table;
  const mask = slots.length - 1;
  for (let slot = hash(source, from, to) & mask;; slot = (slot + 1) & mask) {
    const word = slots[slot] - 1;
    if (word < 0) return slot;
    const start = starts[word];
    if (starts[word + 1] - start !== to - from) continue;
    let i = from;
    while (i < to && bytes[start + i - from] === source[i]) i++;
    if (i === to) return slot;
  }
}

/** FNV-1a, with its last bits mixed. */
function hash(source: Uint8Array, from: number, to: number): number {
  let h = 0x811c9dc5;
  for (let i = from; i < to; i++) h = Math.imul(h ^ source[i], 0x01000193);
  return h ^ (h >>> 15);
}

function rehash(table: WordTable): void {
  table.slots = new Int32Array(2 * table.slots.length);
  for (let word = 0; word < table.count; word++) {
    table.slots[slotOf(table, table.bytes, table.starts[word], table.starts[word + 1])] = word + 1;
  }
}

function grown<A extends Uint8Array | Uint32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
