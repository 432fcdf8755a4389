import { InputError } from "./errors.ts";

/** What reading a file failed by, as an {@link InputError} that says what to do where that is known. */
export function readFailure(path: string, error: unknown): unknown {
  if (error instanceof Deno.errors.NotFound) return new InputError(`${path}: no such file; check the path`);
  if (error instanceof Deno.errors.IsADirectory) return new InputError(`${path}: is a folder; name a file`);
  return error instanceof Deno.errors.PermissionDenied
    ? new InputError(`${path}: may not be read by this user; change its permissions`)
    : error;
}

/** Reads a whole file. Throws {@link InputError} where it is missing, a folder, unreadable or empty. */
export async function readBytes(path: string): Promise<Uint8Array> {
  const bytes = await Deno.readFile(path).catch((error: unknown) => {
    throw readFailure(path, error);
  });
  if (bytes.length === 0) throw new InputError(`${path}: is empty; fetch or make it again`);
  return bytes;
}

/** Reads a whole UTF-8 text file; {@link readBytes}'s errors, and one where it is not UTF-8. */
export async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${path}: is not UTF-8 text; fetch it again or convert it`);
  }
}
