/** A file that grows by lines. */
export interface Appender {
  /** Writes text at once and whole. */
  append(text: string): void;
  close(): void;
}

/** Opens a file that is there for more at its end. */
export async function openAppender(path: string): Promise<Appender> {
  const file = await Deno.open(path, { append: true });
  const encoder = new TextEncoder();
  return {
    append(text) {
      const bytes = encoder.encode(text);
      for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
    },
    close: () => file.close(),
  };
}
