/**
 * A download did not come through, and the same command may go on with it later: one line that says what happened and what
 * to do. The command line ends with exit code 2.
 */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
  readonly exitCode = 2;
}

/** One attempt failed in a way that another may not: never leaves this folder. The message is what the server did. */
export class Transient extends Error {
  override readonly name = "Transient";

  /** @param retryAfter seconds that the server asks to wait; null where it asks for none */
  constructor(message: string, readonly retryAfter: number | null = null) {
    super(message);
  }
}
