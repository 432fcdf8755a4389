import { DownloadError } from "../download/errors.ts";
import { onDisk } from "../download/partial.ts";
import { InputError } from "../errors.ts";

/** Runs what writes at `path`; throws {@link InputError} where the disk is full, or the user may not write there. */
export async function writing<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await onDisk(path, step);
  } catch (error) {
    throw error instanceof DownloadError ? new InputError(error.message) : error;
  }
}
