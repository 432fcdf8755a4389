/** What a buffer is held for. */
export type Tag = "weights" | "activations" | "state" | "gradients" | "optimizer" | "staging";

const TAGS: readonly Tag[] = ["weights", "activations", "state", "gradients", "optimizer", "staging"];

/** Bytes of one tag, or of all. */
export type BytesByTag = Record<Tag, number>;

function none(): BytesByTag {
  return { weights: 0, activations: 0, state: 0, gradients: 0, optimizer: 0, staging: 0 };
}

/**
 * Exact account of the device memory that tensors hold: live bytes by tag, and the peak of their sum with its split at
 * that moment. Reserved bytes (live ones and those that the pool keeps for reuse) are what the driver sees.
 */
export class Ledger {
  #live: BytesByTag = none();
  #atPeak: BytesByTag = none();
  #peak = 0;
  #reserved = 0;
  #reservedPeak = 0;

  /** Counts a buffer of `bytes` as live from now on. */
  take(tag: Tag, bytes: number): void {
    this.#live[tag] += bytes;
    if (this.liveBytes > this.#peak) this.#setPeak();
  }

  /** Counts it as live no longer. */
  give(tag: Tag, bytes: number): void {
    this.#live[tag] -= bytes;
  }

  /** Counts bytes asked of the device (or, negative, handed back to it). */
  reserve(bytes: number): void {
    this.#reserved += bytes;
    this.#reservedPeak = Math.max(this.#reservedPeak, this.#reserved);
  }

  get liveBytes(): number {
    return TAGS.reduce((sum, tag) => sum + this.#live[tag], 0);
  }
  get live(): BytesByTag {
    return { ...this.#live };
  }
  /** Highest sum of live bytes since the last `resetPeak`. */
  get peakBytes(): number {
    return this.#peak;
  }
  /** How the peak was made up. */
  get peak(): BytesByTag {
    return { ...this.#atPeak };
  }
  get reservedBytes(): number {
    return this.#reserved;
  }
  get reservedPeakBytes(): number {
    return this.#reservedPeak;
  }

  /** Starts a new measurement: the peak is what is live now. */
  resetPeak(): void {
    this.#setPeak();
    this.#reservedPeak = this.#reserved;
  }

  #setPeak(): void {
    this.#peak = this.liveBytes;
    this.#atPeak = this.live;
  }
}
