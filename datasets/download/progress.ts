import { SYSTEM_CLOCK } from "./clock.ts";
import type { RemoteFile } from "./local.ts";
import type { Partial } from "./partial.ts";
import type { DownloadOptions } from "./transfer.ts";

/** How far a file is. */
export interface DownloadProgress {
  readonly name: string;
  /** Bytes on the disk, those of earlier runs included. */
  readonly bytes: number;
  /** Null where the server does not tell. */
  readonly total: number | null;
  /** Over this call so far. */
  readonly bytesPerSecond: number;
}

/** Called after each piece, with the size that the server announced; `renew` gives all attempts back. */
export type Meter = (announced: number | null, renew: () => void) => void;

/**
 * Tells progress, and renews the attempts with each hundredth of the file that is new (each MiB where the size is not
 * known): a bad connection may break any number of times, but a server that sends a byte at a time is given up.
 */
export function meter(
  file: RemoteFile,
  partial: Partial,
  { onProgress, clock = SYSTEM_CLOCK }: DownloadOptions,
): Meter {
  const start = clock.now();
  let last = partial.size;
  let come = 0;
  let furthest = partial.size;
  return (announced, renew) => {
    const total = file.bytes ?? announced;
    if (partial.size > last) come += partial.size - last;
    last = partial.size;
    if (partial.size - furthest >= (total === null ? 2 ** 20 : Math.max(total / 100, 1))) {
      furthest = partial.size;
      renew();
    }
    const seconds = (clock.now() - start) / 1000;
    onProgress?.({ name: file.name, bytes: partial.size, total, bytesPerSecond: seconds > 0 ? come / seconds : 0 });
  };
}
