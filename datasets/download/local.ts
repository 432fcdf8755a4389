import { isAbsolute, join, normalize } from "node:path";
import { InputError } from "../errors.ts";
import { type Checksums, compare, digests, updateFromFile } from "./digest.ts";
import { statOrNull } from "./partial.ts";

/** A file to fetch, and what is known of it. */
export interface RemoteFile extends Checksums {
  readonly url: string;
  /** Its path in the folder, with `/`. */
  readonly name: string;
  readonly bytes?: number;
}

/** A file that is there, whole. */
export interface Downloaded {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 in hexadecimal; null where the file was there before and was not read again. */
  readonly sha256: string | null;
}

/** What is wrong with a local copy of `file`: one line, or null where its size and checksums are right. Reads all of it. */
export async function verify(file: RemoteFile, path: string, signal?: AbortSignal): Promise<string | null> {
  using handle = await Deno.open(path);
  const { size } = await handle.stat();
  if (file.bytes !== undefined && size !== file.bytes) return `${path}: holds ${size} bytes, not ${file.bytes}`;
  const found = digests(file);
  await updateFromFile(found, handle, signal);
  const { wrong } = compare(found, file);
  return wrong === null ? null : `${path}: ${wrong}`;
}

/** The file where it is there: by its size, else by its checksum, else by its name alone. */
export async function existing(file: RemoteFile, path: string, signal?: AbortSignal): Promise<Downloaded | null> {
  const info = await statOrNull(path);
  if (info === null) return null;
  if (!info.isFile) throw new InputError(`${path}: is no file, so that none can be put there; move it away`);
  const right = file.bytes !== undefined ? info.size === file.bytes : await verify(file, path, signal) === null;
  if (!right) throw new InputError(`${path}: is not the expected file (${info.size} bytes); move it away to fetch it`);
  return { path, bytes: info.size, sha256: null };
}

/** `name` below `folder`; an {@link InputError} where it would lie elsewhere. */
export function pathIn(folder: string, name: string): string {
  const inside = normalize(name);
  if (name === "" || isAbsolute(inside) || /^\.\.?([\\/]|$)/.test(inside) || /[\\/]$/.test(inside)) {
    throw new InputError(`${JSON.stringify(name)}: is no name for a file in ${folder}`);
  }
  return join(folder, inside);
}
