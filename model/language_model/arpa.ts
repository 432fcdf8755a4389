import { ConfigError } from "../config.ts";
import { parseDecimal } from "./decimal.ts";
import { byteLines } from "./lines.ts";
import type { NgramModel } from "./ngram.ts";
import { addChild, findChild, suffixes, type Trie, trie } from "./trie.ts";
import { addString, addWord, findString, findWord, type WordTable, wordTable } from "./words.ts";

/** log10 P of unknown words where a model has no `<unk>`; KenLM's. */
const UNKNOWN_LOG10 = -100;
/** Nodes that are allocated at once: a header's counts are a claim. */
const MOST_AT_ONCE = 2 ** 22;

interface Reading {
  readonly words: WordTable;
  trie: Trie;
  log10: Float32Array;
  backoff: Float32Array;
  /** The header's counts, by order − 1. */
  readonly counts: number[];
  /** −1 before `\data\`, 0 in it, then the order whose n-grams are being read; Infinity behind `\end\`. */
  section: number;
  /** n-grams of the section so far. */
  found: number;
}

/**
 * Reads an n-gram model in ARPA format, of any order, as text or gzip. As KenLM does, it tolerates that the shorter n-gram
 * behind a longer one was pruned, takes `<UNK>` for `<unk>`, and gives unknown words 10^−100 where the model has neither;
 * n-grams whose context was pruned, which KenLM refuses, are kept, and the context gets the probability that backing off
 * gives it. Throws a ConfigError that names the file (`name`) and the line.
 */
export async function readArpa(
  source: Uint8Array | ReadableStream<Uint8Array>,
  name: string,
): Promise<NgramModel> {
  const reading: Reading = {
    words: wordTable(),
    trie: trie(0),
    log10: new Float32Array(16),
    backoff: new Float32Array(16),
    counts: [],
    section: -1,
    found: 0,
  };
  let line = 0;
  try {
    for await (const { bytes, ends } of byteLines(source)) {
      let from = 0;
      for (const end of ends) {
        line++;
        readLine(reading, bytes, from, end);
        from = end + 1;
      }
    }
    line++;
    if (reading.section === -1) throw new SyntaxError("there is no \\data\\: this is not an ARPA file");
    if (reading.section !== Infinity) throw new SyntaxError("the file ends before \\end\\: it is not whole");
    return finish(reading);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ConfigError(`${name}:${line}: ${error.message}`);
    if (error instanceof TypeError) throw new ConfigError(`${name}: cannot be unpacked: ${error.message}`);
    throw error;
  }
}

/** Reads an ARPA file (see `readArpa`). Throws a ConfigError that names the file where it cannot be read. */
export async function loadArpa(path: string): Promise<NgramModel> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new ConfigError(`${path}: no such language model`);
    throw new ConfigError(`${path}: cannot be read: ${(error as Error).message}`);
  }
  return await readArpa(file.readable, path);
}

const SPACE = 32, TAB = 9, RETURN = 13, BACKSLASH = 92;

function readLine(reading: Reading, bytes: Uint8Array, from: number, end: number): void {
  let to = end;
  while (to > from && (bytes[to - 1] === SPACE || bytes[to - 1] === TAB || bytes[to - 1] === RETURN)) to--;
  if (to === from || reading.section === Infinity) return;
  const { section } = reading;
  if (bytes[from] === BACKSLASH) return startSection(reading, text(bytes, from, to));
  if (section === 0) return readCount(reading, text(bytes, from, to));
  if (section > 0) readNgram(reading, bytes, from, to);
  // What stands before \data\ is a comment.
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, Math.min(to, from + 80)));
}

function readCount(reading: Reading, line: string): void {
  const match = /^ngram\s+(\d+)\s*=\s*(\d+)$/.exec(line);
  const order = reading.counts.length + 1;
  if (!match) throw new SyntaxError(`"${line}" is not "ngram ${order}=COUNT"`);
  if (Number(match[1]) !== order) throw new SyntaxError(`"${line}" where the count of ${order}-grams should stand`);
  reading.counts.push(Number(match[2]));
}

function startSection(reading: Reading, line: string): void {
  const { section, counts } = reading;
  if (section === -1) {
    if (line === "\\data\\") reading.section = 0;
    return;
  }
  if (section === 0 && counts.length === 0) throw new SyntaxError("the header counts no n-grams");
  if (section > 0) endSection(reading);
  const next = section < counts.length ? `\\${section + 1}-grams:` : "\\end\\";
  if (line !== next) throw new SyntaxError(`"${line}" where ${next} should stand`);
  reading.section = section < counts.length ? section + 1 : Infinity;
  reading.found = 0;
  if (reading.section === 1) {
    const total = counts.reduce((sum, count) => sum + count, 2);
    reserve(reading, Math.min(total, MOST_AT_ONCE));
    reading.trie = trie(0, Math.min(total, MOST_AT_ONCE));
  }
}

function endSection({ section, counts, found, words, ...reading }: Reading): void {
  if (found !== counts[section - 1]) {
    throw new SyntaxError(`the header counts ${counts[section - 1]} ${section}-grams, but there are ${found}`);
  }
  if (section > 1) return;
  for (const marker of ["<s>", "</s>"]) {
    if (findString(words, marker) < 0) throw new SyntaxError(`the 1-grams lack ${marker}`);
  }
  if (findString(words, "<unk>") < 0 && findString(words, "<UNK>") < 0) {
    const node = addChild(reading.trie, 0, addString(words, "<unk>"));
    reading.log10[node] = UNKNOWN_LOG10; // `reserve` left room for it
  }
}

/** Makes room for so many nodes. */
function reserve(reading: Reading, nodes: number): void {
  if (nodes <= reading.log10.length) return;
  const grow = (values: Float32Array) => {
    const grown = new Float32Array(Math.max(nodes, Math.ceil(1.5 * values.length)));
    grown.set(values);
    return grown;
  };
  reading.log10 = grow(reading.log10);
  reading.backoff = grow(reading.backoff);
}

/** Where the fields of a line begin and end. */
const fields = new Int32Array(2 * 258);

function readNgram(reading: Reading, bytes: Uint8Array, from: number, to: number): void {
  const { section, words, trie } = reading;
  const count = split(bytes, from, to);
  if (count !== section + 1 && count !== section + 2) {
    const expected = `a probability, ${section} word${section > 1 ? "s" : ""} and perhaps a back-off weight`;
    throw new SyntaxError(`"${text(bytes, from, to)}" is not ${expected}`);
  }
  const log10 = number(bytes, 0);
  if (!(log10 <= 0)) throw new SyntaxError(`${field(bytes, 0)} is not the logarithm of a probability`);
  const backoff = count === section + 2 ? number(bytes, section + 1) : 0;
  if (!Number.isFinite(backoff)) throw new SyntaxError(`${field(bytes, section + 1)} is not a back-off weight`);
  reserve(reading, trie.count + section + 1);
  let node = 0;
  for (let i = 1; i < section; i++) {
    const known = trie.count;
    const context = addChild(trie, node, wordAt(reading, bytes, i));
    if (trie.count > known) reading.log10[context] = NaN; // it was not listed: `finish` gives it a probability
    node = context;
  }
  const word = section === 1 ? addWord(words, bytes, fields[2], fields[3]) : wordAt(reading, bytes, section);
  if (findChild(trie, node, word) > 0) throw new SyntaxError(`"${text(bytes, from, to)}" stands twice`);
  node = addChild(trie, node, word);
  reading.log10[node] = log10;
  reading.backoff[node] = backoff;
  reading.found++;
}

/** Splits a line at spaces and tabs into `fields`; gives how many there are. */
function split(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to;) {
    while (i < to && (bytes[i] === SPACE || bytes[i] === TAB)) i++;
    const start = i;
    while (i < to && bytes[i] !== SPACE && bytes[i] !== TAB) i++;
    if (2 * count + 2 > fields.length) return count + 1;
    fields[2 * count] = start;
    fields[2 * count++ + 1] = i;
  }
  return count;
}

function number(bytes: Uint8Array, i: number): number {
  return parseDecimal(bytes, fields[2 * i], fields[2 * i + 1]);
}

function field(bytes: Uint8Array, i: number): string {
  return `"${text(bytes, fields[2 * i], fields[2 * i + 1])}"`;
}

function wordAt({ words, section }: Reading, bytes: Uint8Array, i: number): number {
  const word = findWord(words, bytes, fields[2 * i], fields[2 * i + 1]);
  if (word < 0) throw new SyntaxError(`${field(bytes, i)} stands in a ${section}-gram, but not among the 1-grams`);
  return word;
}

function finish({ words, trie, log10, backoff, counts }: Reading): NgramModel {
  const suffix = suffixes(trie);
  for (let node = 1; node < trie.count; node++) {
    if (!Number.isNaN(log10[node])) continue;
    let context = trie.parent[node];
    let total = 0;
    let found = 0;
    while (found === 0 || Number.isNaN(log10[found])) {
      total += backoff[context];
      context = suffix[context];
      found = findChild(trie, context, trie.word[node]);
    }
    log10[node] = total + log10[found];
  }
  const unknown = findString(words, "<unk>");
  return {
    order: counts.length,
    words,
    trie,
    log10: log10.subarray(0, trie.count),
    backoff: backoff.subarray(0, trie.count),
    suffix,
    unknown: unknown >= 0 ? unknown : findString(words, "<UNK>"),
    end: findString(words, "</s>"),
    start: findString(words, "<s>") + 1,
  };
}
