import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { InputError } from "../errors.ts";
import { readFailure } from "../files.ts";

const PIECE_BYTES = 2 ** 18;

/**
 * Reads files of a tar archive (ustar, GNU or pax; gzip is told by its content) in one pass, without unpacking it: those
 * whose path `wanted` accepts are kept in memory, everything else is skipped. Links are never followed.
 *
 * @returns the bytes by path, a leading "./" left out
 *
 * Throws {@link InputError} where the archive is missing, unreadable, truncated or damaged, and where any path of it, wanted
 * or not, is absolute or leaves the folder: such an archive was made to overwrite something.
 */
export async function readTar(path: string, wanted: (name: string) => boolean): Promise<Map<string, Uint8Array>> {
  const { extract } = await import("tar-stream");
  // Before there is a stream, whose error nobody would be waiting for.
  const zipped = await isGzip(path);
  const entries = extract();
  const compressed = createReadStream(path, { highWaterMark: PIECE_BYTES });
  // streamx's Writable serves as one of Node, but is not typed as one.
  const sink = entries as unknown as NodeJS.WritableStream;
  const fed = zipped
    ? pipeline(compressed, createGunzip({ chunkSize: PIECE_BYTES }), sink)
    : pipeline(compressed, sink);
  // What breaks the pipeline breaks the loop over the entries too, which is where it is caught.
  fed.catch(() => {});
  const files = new Map<string, Uint8Array>();
  let isEmpty = true;
  try {
    for await (const entry of entries) {
      isEmpty = false;
      const { name: full, type, size } = entry.header;
      const name = full.replace(/^(\.\/)+/, "");
      const escape = escapingPath(name);
      if (escape) {
        throw new InputError(`${path}: holds the path ${JSON.stringify(full)}, ${escape}; do not use this archive`);
      }
      if (type !== "file" || !wanted(name)) {
        entry.resume();
        continue;
      }
      const bytes = new Uint8Array(size);
      let at = 0;
      for await (const chunk of entry as AsyncIterable<Uint8Array>) {
        bytes.set(chunk, at);
        at += chunk.length;
      }
      files.set(name, bytes);
    }
    await fed;
    if (isEmpty) throw new Error("it holds nothing");
  } catch (error) {
    if (error instanceof InputError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new InputError(`${path}: truncated or damaged archive (${message}); fetch it again`);
  }
  return files;
}

/** Why a path may not be in an archive; null where it may. */
function escapingPath(name: string): string | null {
  if (/^([/\\]|[A-Za-z]:)/.test(name)) return "which is absolute";
  if (name.split(/[/\\]/).includes("..")) return "which leaves its folder";
  return null;
}

async function isGzip(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    const magic = new Uint8Array(2);
    return await file.read(magic) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
  } catch (error) {
    throw readFailure(path, error);
  }
}
