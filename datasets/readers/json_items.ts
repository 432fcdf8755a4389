const QUOTE = 0x22, BACKSLASH = 0x5c, OPEN_LIST = 0x5b, CLOSE_LIST = 0x5d, OPEN = 0x7b, CLOSE = 0x7d;

/** Where a scan stands between two chunks. */
interface Scan {
  depth: number;
  inString: boolean;
  isEscaped: boolean;
  /** Whether it is within the list that is looked for, and whether it ever was. */
  inList: boolean;
  found: boolean;
  /** What chunks before hold of an item, or of a string of the outermost object, that is still open. */
  carried: Uint8Array[];
  /** The last string of the outermost object: at a list's opening bracket, its key. */
  lastString: string;
}

/**
 * The objects in the list `key` of a JSON file's outermost object, as the bytes of each, from a stream of the file's bytes:
 * never more than one of them and a chunk are held, so that a file of gigabytes can be read. Bytes are not checked beyond
 * brackets and strings.
 *
 * Throws SyntaxError, when the bytes are spent, where brackets or strings are left open or there is no such list.
 */
export async function* jsonItems(chunks: AsyncIterable<Uint8Array>, key: string): AsyncGenerator<Uint8Array> {
  const scan: Scan = {
    depth: 0,
    inString: false,
    isEscaped: false,
    inList: false,
    found: false,
    carried: [],
    lastString: "",
  };
  for await (const chunk of chunks) yield* itemsIn(chunk, scan, key);
  if (scan.depth !== 0 || scan.inString) throw new SyntaxError("it ends before its brackets close");
  if (!scan.found) throw new SyntaxError(`it has no list "${key}"`);
}

/** The items that end in a chunk. Its loop sees each of the file's bytes, so what it changes is local. */
function itemsIn(chunk: Uint8Array, scan: Scan, key: string): Uint8Array[] {
  const items: Uint8Array[] = [];
  let { depth, inString, isEscaped, inList } = scan;
  // Where in this chunk the item or string that is open begins; -1 where none is.
  let start = scan.carried.length > 0 ? 0 : -1;
  for (let i = 0; i < chunk.length; i++) {
    const byte = chunk[i];
    if (inString) {
      if (isEscaped) isEscaped = false;
      else if (byte === BACKSLASH) isEscaped = true;
      else if (byte === QUOTE) {
        inString = false;
        if (depth === 1) {
          scan.lastString = new TextDecoder().decode(finished(scan, chunk, start, i));
          start = -1;
        }
      }
    } else if (byte === QUOTE) {
      inString = true;
      if (depth === 1) start = i + 1;
    } else if (byte === OPEN || byte === OPEN_LIST) {
      depth++;
      if (depth === 2 && byte === OPEN_LIST && scan.lastString === key) inList = scan.found = true;
      if (inList && depth === 3) start = i;
    } else if (byte === CLOSE || byte === CLOSE_LIST) {
      depth--;
      if (inList && depth === 2) {
        items.push(finished(scan, chunk, start, i + 1));
        start = -1;
      }
      if (depth === 1) inList = false;
    }
  }
  if (start >= 0) scan.carried.push(chunk.slice(start));
  Object.assign(scan, { depth, inString, isEscaped, inList });
  return items;
}

/** What was carried and the chunk's part up to `end`. */
function finished(scan: Scan, chunk: Uint8Array, start: number, end: number): Uint8Array {
  const parts = [...scan.carried, chunk.subarray(start, end)];
  scan.carried = [];
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
