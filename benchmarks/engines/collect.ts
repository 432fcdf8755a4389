/** How a program ended and what it printed. */
export interface Collected {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  /** It was killed since it took too long. */
  readonly timedOut: boolean;
  /** It was killed since it printed more than a transcript can hold. */
  readonly overflown: boolean;
  readonly stdout: Uint8Array;
  /** Its end. */
  readonly stderr: Uint8Array;
}

/** A day's talk is a hundredth of it. */
const MOST_OUTPUT = 64 * 2 ** 20;
const KEPT_ERRORS = 16 * 1024;

/** What a program may have left running (a shell's children) keeps its pipes open; this long they are listened to. */
const LINGER_MS = 500;

/**
 * Waits for a program started with its output piped, and kills it (SIGKILL) after `timeoutSeconds` or at too much output.
 * Does not wait for what it has left running.
 */
export async function collect(child: Deno.ChildProcess, timeoutSeconds: number): Promise<Collected> {
  let timedOut = false;
  let overflown = false;
  const kill = (): void => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself in the meantime.
    }
  };
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutSeconds * 1000);
  const stdout = gather(child.stdout, Infinity, (bytes) => {
    if (bytes <= MOST_OUTPUT) return;
    overflown = true;
    kill();
    stdout.stop();
  });
  const stderr = gather(child.stderr, KEPT_ERRORS, () => {});
  const { code, signal } = await child.status;
  clearTimeout(timer);
  const lingering = setTimeout(() => {
    stdout.stop();
    stderr.stop();
  }, LINGER_MS);
  const printed = { stdout: await stdout.end, stderr: await stderr.end };
  clearTimeout(lingering);
  return { code, signal, timedOut, overflown, ...printed };
}

/** Reads a stream until it ends or is stopped, and keeps its last `keep` bytes, in whole pieces. */
function gather(
  stream: ReadableStream<Uint8Array>,
  keep: number,
  onBytes: (total: number) => void,
): { readonly end: Promise<Uint8Array>; stop(): void } {
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let held = 0;
  let total = 0;
  const end = (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      pieces.push(value);
      held += value.length;
      total += value.length;
      while (held - pieces[0].length >= keep) held -= pieces.shift()!.length;
      onBytes(total);
    }
    const all = new Uint8Array(held);
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  })();
  return {
    end,
    stop: () => {
      reader.cancel().catch(() => {}); // it has failed, and `end` says so
    },
  };
}
