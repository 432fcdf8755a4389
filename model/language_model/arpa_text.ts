import type { NgramModel } from "./ngram.ts";
import { nodeWords } from "./trie.ts";
import { wordText } from "./words.ts";

/** A model in ARPA format, a line at a time; each ends in a newline. What `readArpa` makes of it is the same model. */
export function* arpaLines(model: NgramModel): Generator<string> {
  const { order, trie, words, log10, backoff } = model;
  const texts = Array.from({ length: words.count }, (_, word) => wordText(words, word));
  const counts = new Array<number>(order).fill(0);
  for (let node = 1; node < trie.count; node++) counts[trie.depth[node] - 1]++;
  yield "\\data\\\n";
  for (const [i, count] of counts.entries()) yield `ngram ${i + 1}=${count}\n`;
  for (let n = 1; n <= order; n++) {
    yield `\n\\${n}-grams:\n`;
    for (let node = 1; node < trie.count; node++) {
      if (trie.depth[node] !== n) continue;
      const ngram = nodeWords(trie, node).map((word) => texts[word]).join(" ");
      yield `${decimal(log10[node])}\t${ngram}${n < order ? `\t${decimal(backoff[node])}` : ""}\n`;
    }
  }
  yield "\n\\end\\\n";
}

/** Writes a model as an ARPA file, which appears under its name only when it is whole. */
export async function saveArpa(path: string, model: NgramModel): Promise<void> {
  const part = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    const file = await Deno.open(part, { write: true, createNew: true });
    await ReadableStream.from(blocks(arpaLines(model))).pipeThrough(new TextEncoderStream()).pipeTo(file.writable);
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
}

/** Lines, many at a time. */
function* blocks(lines: Iterable<string>): Generator<string> {
  let block = "";
  for (const line of lines) {
    block += line;
    if (block.length > 2 ** 16) {
      yield block;
      block = "";
    }
  }
  yield block;
}

/** Few digits that read back as the same float32. */
function decimal(value: number): string {
  const short = value.toPrecision(7);
  return String(Number(Math.fround(Number(short)) === value ? short : value.toPrecision(9)));
}
