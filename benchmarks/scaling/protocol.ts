import type { AdapterDescription, BackendName, Features, Limits } from "../../kernels/gpu/mod.ts";

/** The recognisers that the scaling benchmark compares. */
export const ENGINES = [
  "samba",
  "samba-causal",
  "samba-streaming",
  "transformer-naive",
  "transformer-flash",
  "transformer-window",
] as const;
export type EngineName = (typeof ENGINES)[number];

/** One point of the benchmark, as the parent process asks a child process to measure it (one JSON argument). */
export interface PointRequest {
  readonly engine: EngineName;
  readonly preset: string;
  readonly batch: number;
  /** Raw little-endian float32 samples at 16 kHz: the audio in memory that the clock starts from. */
  readonly audio: string;
  readonly gpu: BackendName;
  /** Seed of the weights. */
  readonly seed: number;
  readonly warmups: number;
  readonly repeats: number;
  /** Tokens that the decoder is made to take, for its time per token. */
  readonly forcedTokens: number;
  /** Seconds after which no further repeat is begun. */
  readonly budgetSeconds: number;
}

/**
 * Seconds by stage: log_mel, encoder and ctc of the whole batch; decoder_prefill and decoder_per_token of its last part, all
 * of it where one part holds it.
 */
export type StageSeconds = Readonly<Record<string, number>>;

/**
 * What a child says on standard output, a line of JSON each: ready, warmups, then a sample and a done for every repeat (the
 * last done counts); `failed` may come at any time.
 */
export type PointEvent =
  | {
    readonly event: "ready";
    readonly adapter: AdapterDescription;
    readonly limits: Limits;
    readonly features: Features;
    readonly configHash: string;
    readonly parameters: { readonly encoder: number; readonly total: number };
    /** Encoder frames (40 ms) of one sequence. */
    readonly frames: number;
    readonly audioSeconds: number;
    readonly loadSeconds: number;
    /** Sequences encoded at once: less than the batch where a binding would not hold more. */
    readonly microBatch: number;
    readonly stageClock: "gpu" | "host";
  }
  | { readonly event: "warmup"; readonly seconds: number }
  /** One repeat, from samples in memory to tokens out, by the host's clock; its stages by `stageClock`. */
  | { readonly event: "sample"; readonly seconds: number; readonly stages: StageSeconds }
  | {
    readonly event: "done";
    readonly ledgerPeakBytes: number;
    readonly ledgerPeakByTag: Readonly<Record<string, number>>;
    readonly reservedPeakBytes: number;
    /** The process's peak resident memory (maxRSS; Linux counts in what the parent had at its start). */
    readonly processPeakBytes: number;
    readonly dispatches: number;
    readonly wgslHashes: Readonly<Record<string, string>>;
    /** SHA-256 of the tokens, so that engines which must agree can be seen to. */
    readonly tokensHash: string;
  }
  | {
    readonly event: "failed";
    readonly status: "out-of-memory" | "over-limit" | "failed";
    readonly reason: string;
  };
