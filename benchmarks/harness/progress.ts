/** Progress of a long command, on standard error. */
export interface Progress {
  /** What is going on right now: one line that is redrawn on a terminal, nothing elsewhere. */
  status(text: string): void;
  /** What stays: a line of its own everywhere. */
  line(text: string): void;
}

/** Progress through `write`; on a terminal, `columns` tells its width (a longer status would wrap and not be redrawn). */
export function progress(terminal: boolean, columns: () => number, write: (text: string) => void): Progress {
  let drawn = false;
  const clear = (): string => {
    const erase = drawn ? "\r\x1b[K" : "";
    drawn = false;
    return erase;
  };
  return {
    status(text) {
      if (!terminal) return;
      const fitting = [...text].slice(0, Math.max(columns() - 1, 1)).join("");
      write(clear() + fitting);
      drawn = fitting !== "";
    },
    line(text) {
      write(`${clear()}${text}\n`);
    },
  };
}

/** Progress on this process's standard error. */
export function stderrProgress(): Progress {
  const encoder = new TextEncoder();
  const columns = (): number => {
    try {
      // Some terminals, those of recorders among them, say 0.
      return Deno.consoleSize().columns || 80;
    } catch {
      return 80;
    }
  };
  return progress(Deno.stderr.isTerminal(), columns, (text) => {
    const bytes = encoder.encode(text);
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  });
}

/** A duration for people: "12 s", "4 min", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(Math.round(seconds), 0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
