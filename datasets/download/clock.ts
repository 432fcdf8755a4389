/** Time and chance as a download sees them; tests give their own, so that none of them waits. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves `seconds` later; rejects with the signal's reason as soon as it fires. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1), for the jitter of back-off. */
  random(): number;
}

/** The machine's own. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep(seconds, signal) {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal!.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, seconds * 1000);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  },
};
