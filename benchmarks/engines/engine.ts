/** A piece of a transcript with its times in seconds. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What an engine heard in one recording. */
export interface Transcript {
  readonly text: string;
  /** null where the engine gives no times. */
  readonly segments: readonly Segment[] | null;
}

/** What identifies an engine's output: compared on `--resume` and by `merge`. What changes only its speed is left out. */
export interface EngineIdentity {
  readonly engine: string;
  readonly weights: { readonly name: string; readonly sha256: string } | null;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** A recogniser, ready to work: audio in, text and timings out. */
export interface Engine extends AsyncDisposable {
  readonly identity: EngineIdentity;
  /**
   * Seconds from start to ready: loading is told apart from work. The first transcription is still slower than those that
   * follow (pipelines are made, memory grows): whoever compares speeds transcribes something first that does not count.
   */
  readonly loadSeconds: number;
  /** Most recordings that one call takes; 1 where the engine has no batches. */
  readonly maxBatch: number;
  readonly givesTimes: boolean;
  /**
   * Text of each recording (mono, 16 kHz), in order. `seconds` is the time from samples to text of this call as the engine
   * measures it, by the host's clock. One call at a time. Throws EngineError.
   */
  transcribe(recordings: readonly Float32Array[]): Promise<{ transcripts: Transcript[]; seconds: number }>;
  /** Peaks so far. */
  memory(): { readonly ledgerPeakBytes: number | null; readonly outsidePeakBytes: number | null };
}

/** An engine could not transcribe a recording: one line that says why, with the last words of the program that did not. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  /** Whether each further call must fail in the same way; else the engine takes the next recording. */
  readonly hopeless: boolean;

  constructor(message: string, hopeless = false) {
    super(message);
    this.hopeless = hopeless;
  }
}
