import { createHash, type Hash } from "node:crypto";

/** What a whole file is known by, in lower-case hexadecimal; a checksum that is not known is absent. */
export interface Checksums {
  readonly md5?: string;
  readonly sha256?: string;
}

/** Digests of a file's bytes so far. SHA-256 is always taken, MD5 where it is known what it should be. */
export interface Digests {
  readonly sha256: Hash;
  readonly md5: Hash | null;
}

/** Digests of nothing yet, for a file whose known checksums are `expected`. */
export function digests(expected: Checksums): Digests {
  return { sha256: createHash("sha256"), md5: expected.md5 === undefined ? null : createHash("md5") };
}

/** Takes the next bytes in. */
export function update({ sha256, md5 }: Digests, bytes: Uint8Array): void {
  sha256.update(bytes);
  md5?.update(bytes);
}

/** Takes a whole open file in from its start, and gives its length in bytes. Leaves the file's position at its end. */
export async function updateFromFile(into: Digests, file: Deno.FsFile, signal?: AbortSignal): Promise<number> {
  const buffer = new Uint8Array(2 ** 20);
  let size = 0;
  await file.seek(0, Deno.SeekMode.Start);
  for (let read; (read = await file.read(buffer)) !== null; size += read) {
    signal?.throwIfAborted();
    update(into, buffer.subarray(0, read));
  }
  return size;
}

/** The digests' values, and how they differ from `expected`: "has MD5 x, not y", null where they do not. Ends the digests. */
export function compare(
  found: Digests,
  expected: Checksums,
): { readonly sha256: string; readonly wrong: string | null } {
  const sha256 = found.sha256.digest("hex");
  const md5 = found.md5?.digest("hex");
  const wrong = [
    differs("SHA-256", sha256, expected.sha256),
    differs("MD5", md5, expected.md5),
  ].filter((line) => line !== null);
  return { sha256, wrong: wrong[0] ?? null };
}

function differs(kind: string, found: string | undefined, expected: string | undefined): string | null {
  if (found === undefined || expected === undefined || found === expected.toLowerCase()) return null;
  return `has ${kind} ${found}, not ${expected.toLowerCase()}`;
}
