import { InputError } from "../errors.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { type Checksums, type Digests, digests, update, updateFromFile } from "./digest.ts";
import { DownloadError } from "./errors.ts";

/** What a server said of the file of which a part was kept: whether the rest would still be of the same file. */
export interface Validators {
  readonly url: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** A file under way: `NAME.partial`, locked against other downloads of it, with `NAME.partial.json` beside it. */
export interface Partial extends Disposable {
  readonly path: string;
  readonly file: Deno.FsFile;
  readonly checksums: Checksums;
  /** Bytes there, all of them in the digests. */
  size: number;
  digests: Digests;
  /** Of the file that the bytes are from; null where that is not known. */
  validators: Validators | null;
  /** Whether some of the bytes came by another answer than the rest. */
  patched: boolean;
}

/**
 * Opens or makes the partial file of `path`, and digests what is there. Another download of it, in this process or another,
 * is waited for; the system releases the lock of a process that dies.
 */
export async function openPartial(
  path: string,
  checksums: Checksums,
  onWait: () => void,
  signal?: AbortSignal,
  clock: Clock = SYSTEM_CLOCK,
): Promise<Partial> {
  const name = `${path}.partial`;
  const file = await onDisk(name, () => openLocked(name, onWait, signal, clock));
  try {
    const found = digests(checksums);
    const size = await updateFromFile(found, file, signal);
    const validators = size === 0 ? null : await readValidators(`${name}.json`);
    return {
      path: name,
      file,
      checksums,
      size,
      digests: found,
      validators,
      patched: size > 0,
      [Symbol.dispose]: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function openLocked(name: string, onWait: () => void, signal: AbortSignal | undefined, clock: Clock) {
  for (let waited = false;;) {
    signal?.throwIfAborted();
    const file = await Deno.open(name, { read: true, write: true, create: true });
    try {
      // Whoever held the lock may have given the file its final name, or thrown it away, between the two.
      if (await file.tryLock(true) && await isStill(name, file)) return file;
      file.close();
    } catch (error) {
      file.close();
      throw error;
    }
    if (!waited) onWait();
    waited = true;
    await clock.sleep(0.5, signal);
  }
}

async function isStill(name: string, file: Deno.FsFile): Promise<boolean> {
  const own = await file.stat();
  const named = await statOrNull(name);
  return named !== null && named.ino === own.ino && named.dev === own.dev;
}

/** Adds bytes at the end. Throws {@link DownloadError} where the disk is full, and keeps what was written before. */
export async function append(partial: Partial, bytes: Uint8Array): Promise<void> {
  await onDisk(partial.path, async () => {
    for (let at = 0; at < bytes.length;) at += await partial.file.write(bytes.subarray(at));
  });
  update(partial.digests, bytes);
  partial.size += bytes.length;
}

/** Throws the bytes away; what comes next is of the file that `validators` tell. */
export async function startOver(partial: Partial, validators: Validators | null): Promise<void> {
  await partial.file.truncate(0);
  await partial.file.seek(0, Deno.SeekMode.Start);
  partial.size = 0;
  partial.digests = digests(partial.checksums);
  partial.patched = false;
  partial.validators = validators;
  if (validators === null) return await removeIfThere(`${partial.path}.json`);
  await onDisk(partial.path, () => Deno.writeTextFile(`${partial.path}.json`, JSON.stringify(validators)));
}

/** Gives the whole and verified file its final name; it is on the disk before it has it. */
export async function finish(partial: Partial, path: string): Promise<void> {
  await onDisk(partial.path, () => partial.file.sync());
  await removeIfThere(`${partial.path}.json`);
  await Deno.rename(partial.path, path);
}

/** Removes the partial file and what is beside it. */
export async function discard(partial: Partial): Promise<void> {
  await removeIfThere(`${partial.path}.json`);
  await removeIfThere(partial.path);
}

async function readValidators(path: string): Promise<Validators | null> {
  try {
    const { url, etag, lastModified } = JSON.parse(await Deno.readTextFile(path)) as Record<string, unknown>;
    const isText = (value: unknown): value is string | null => value === null || typeof value === "string";
    return typeof url === "string" && isText(etag) && isText(lastModified) ? { url, etag, lastModified } : null;
  } catch (error) {
    // One that was being written when the power went is as good as none.
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}

const UNWRITABLE = ["EACCES", "EPERM", "EROFS", "ENOTDIR", "EISDIR", "EEXIST"];

/** Runs what writes at `path`; a full disk is a {@link DownloadError}, what a user may not write an {@link InputError}. */
export async function onDisk<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
    if (code === "ENOSPC" || code === "EDQUOT") {
      throw new DownloadError(
        `${path}: no space is left on the disk, what came is kept; make room and run the same command again`,
      );
    }
    if (typeof code === "string" && UNWRITABLE.includes(code)) {
      throw new InputError(`${path}: cannot be written (${code}); name another folder, or change its permissions`);
    }
    throw error;
  }
}

/** What is known of a path; null where nothing is there. */
export async function statOrNull(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
