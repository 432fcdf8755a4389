/**
 * Fetches one file so that it appears under its name only when it is whole and has the checksum that it should have. Until
 * then it is `NAME.partial`, from which the next call goes on.
 */
import { dirname } from "node:path";
import { InputError } from "../errors.ts";
import { compare } from "./digest.ts";
import { type Downloaded, existing, pathIn, type RemoteFile } from "./local.ts";
import { discard, finish, onDisk, openPartial, type Partial, startOver } from "./partial.ts";
import { meter } from "./progress.ts";
import { retrying } from "./retry.ts";
import { type DownloadOptions, fetchRest } from "./transfer.ts";

export { type Downloaded, type RemoteFile, verify } from "./local.ts";
export type { DownloadProgress } from "./progress.ts";
export type { Token } from "./request.ts";
export type { DownloadOptions } from "./transfer.ts";

/**
 * Fetches `file` into `folder` (made where it is missing) and verifies its size and checksums.
 *
 * A file of that name and size that is there already is not fetched again, nor read: `verify` does that. What comes is
 * kept in `NAME.partial`; a later call goes on from there by a Range request, if the server still has the same file, else
 * from the start. Broken and stalled connections, 408, 425, 429 and 5xx are retried. Calls for the same file wait for one
 * another.
 *
 * Throws {@link InputError} where the file is not to be had like this (401, 403, 404, a wrong checksum, whose bytes are
 * thrown away), DownloadError where it may be later (retries spent, disk full), and the signal's reason.
 */
export async function download(file: RemoteFile, folder: string, options: DownloadOptions = {}): Promise<Downloaded> {
  const path = pathIn(folder, file.name);
  const there = await existing(file, path, options.signal);
  if (there) return there;
  await onDisk(dirname(path), () => Deno.mkdir(dirname(path), { recursive: true }));
  const onWait = (): void => options.onNote?.(`${file.name}: waiting for another download of it`);
  using partial = await openPartial(path, file, onWait, options.signal, options.clock);
  // Another download of it may just have ended.
  const come = await existing(file, path, options.signal);
  if (come) {
    await discard(partial);
    return come;
  }
  try {
    return await complete(file, partial, path, options);
  } catch (error) {
    if (partial.size === 0) await discard(partial);
    throw error;
  }
}

async function complete(
  file: RemoteFile,
  partial: Partial,
  path: string,
  options: DownloadOptions,
): Promise<Downloaded> {
  const remedy = (): string =>
    `run the same command again${partial.size > 0 ? ` to go on from ${partial.size} bytes` : ""}`;
  const tell = meter(file, partial, options);
  for (let first = true;; first = false) {
    await retrying(file.name, remedy, (renew) => fetchRest(file, partial, options, renew, tell), options);
    const { sha256, wrong } = compare(partial.digests, file);
    if (wrong === null) {
      await finish(partial, path);
      return { path, bytes: partial.size, sha256 };
    }
    if (!partial.patched || !first) {
      await startOver(partial, null);
      throw new InputError(`${path}: ${wrong}: what ${file.url} sends is not the expected file; it was removed`);
    }
    // Its parts came at different times, and may be of different files.
    options.onNote?.(`${file.name}: ${wrong}; fetching it once more from the start`);
    await startOver(partial, null);
  }
}
