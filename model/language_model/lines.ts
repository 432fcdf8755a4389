import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** Whole lines of a file: line i of them ends at bytes[ends[i]], where its newline stands. */
export interface LineBlock {
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
}

/**
 * Lines of a text in blocks, as bytes; gzip, which begins with 1f 8b, is unpacked. The last line needs no newline. Throws a
 * TypeError where the compressed data is damaged.
 */
export async function* byteLines(source: Uint8Array | ReadableStream<Uint8Array>): AsyncGenerator<LineBlock> {
  let left = new Uint8Array();
  for await (const chunk of unpacked(source)) {
    let bytes = chunk;
    if (left.length > 0) {
      bytes = new Uint8Array(left.length + chunk.length);
      bytes.set(left);
      bytes.set(chunk, left.length);
    }
    const ends: number[] = [];
    let from = 0;
    for (let end = bytes.indexOf(10, left.length); end >= 0; end = bytes.indexOf(10, from)) {
      ends.push(end);
      from = end + 1;
    }
    if (ends.length > 0) yield { bytes, ends };
    left = bytes.slice(from);
  }
  if (left.length > 0) yield { bytes: left, ends: [left.length] };
}

async function* unpacked(source: Uint8Array | ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source instanceof Uint8Array ? [source].values() : source[Symbol.asyncIterator]();
  try {
    let head = new Uint8Array();
    while (head.length < 2) {
      const { value, done } = await chunks.next();
      if (done) break;
      head = joined(head, value);
    }
    const whole = async function* () {
      yield head;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    };
    yield* head[0] === 0x1f && head[1] === 0x8b ? gunzipped(whole()) : whole();
  } finally {
    await chunks.return?.(); // a reader that stops early closes the file
  }
}

/** Unlike DecompressionStream, this takes archives of several members, such as bgzip's. */
async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip();
  pipeline(Readable.from(source, { objectMode: false }), unzip, () => {}); // its error ends the loop below
  try {
    for await (const chunk of unzip) yield chunk;
  } catch (error) {
    throw new TypeError((error as Error).message);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
