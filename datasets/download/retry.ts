import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { DownloadError, Transient } from "./errors.ts";

/** How failed attempts are repeated. */
export interface RetryOptions {
  readonly signal?: AbortSignal;
  /** Attempts in a row that bring nothing new before it is given up (default: 6, about half a minute). */
  readonly attempts?: number;
  /** Each wait is told here, one line. */
  readonly onNote?: (line: string) => void;
  readonly clock?: Clock;
}

const LONGEST_BACKOFF_SECONDS = 60;
const LONGEST_RETRY_AFTER_SECONDS = 300;

/**
 * Runs `attempt` until it succeeds, with exponential back-off and jitter between attempts, or as long as the server asked
 * to wait. Only {@link Transient} failures are repeated; `renew`, which the attempt calls when it has got further, gives
 * all attempts back.
 *
 * @param name of what is fetched, with which messages begin
 * @param remedy what to do when it is given up
 */
export async function retrying<T>(
  name: string,
  remedy: () => string,
  attempt: (renew: () => void) => Promise<T>,
  { signal, attempts = 6, onNote, clock = SYSTEM_CLOCK }: RetryOptions,
): Promise<T> {
  let failures = 0;
  for (;;) {
    try {
      return await attempt(() => failures = 0);
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      signal?.throwIfAborted();
      failures++;
      if (failures >= attempts) {
        throw new DownloadError(`${name}: ${error.message}; given up after ${attempts} attempts; ${remedy()}`);
      }
      const seconds = error.retryAfter ?? backoffSeconds(failures, clock.random());
      onNote?.(`${name}: ${error.message}; trying again in ${Math.max(1, Math.round(seconds))} s`);
      await clock.sleep(seconds, signal);
    }
  }
}

/** Seconds to wait after the nth failure in a row: 2^(n-1), at most a minute, of which `chance` in [0, 1) takes up to half. */
export function backoffSeconds(failures: number, chance: number): number {
  return Math.min(2 ** (failures - 1), LONGEST_BACKOFF_SECONDS) * (1 - chance / 2);
}

/**
 * Seconds that a Retry-After header asks to wait (RFC 9110, 10.2.3: seconds, or an HTTP date), at most five minutes; null
 * where there is none, or none that can be read.
 *
 * @param now milliseconds since 1970
 */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1000;
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 0), LONGEST_RETRY_AFTER_SECONDS);
}
