import type { AdapterDescription, BackendName, Features, Limits } from "../../kernels/gpu/mod.ts";

/** This suite's own recognisers, which compute by WebGPU. */
export const OWN_ENGINES = [
  "samba",
  "samba-causal",
  "samba-streaming",
  "transformer-naive",
  "transformer-flash",
  "transformer-window",
] as const;
export type OwnEngineName = (typeof OWN_ENGINES)[number];

/** The recognisers that the scaling benchmark compares. Whisper computes on the CPU. */
export const ENGINES = [...OWN_ENGINES, "whisper"] as const;
export type EngineName = (typeof ENGINES)[number];

/** Trained weights on this machine. */
export interface Weights {
  /** Absolute: a safetensors file of this suite, or a folder with Whisper's. */
  readonly path: string;
  readonly name: string;
  readonly sha256: string;
}

/** Trained weights as a child has loaded them; `settings` is what else decides its text. */
export type LoadedWeights = Pick<Weights, "name" | "sha256"> & {
  readonly settings: Readonly<Record<string, string | number | boolean>>;
};

/** One point of the benchmark, as the parent process asks a child process to measure it (one JSON argument). */
export interface PointRequest {
  readonly engine: EngineName;
  readonly preset: string;
  readonly batch: number;
  /** Raw little-endian float32 samples at 16 kHz: the audio in memory that the clock starts from. */
  readonly audio: string;
  readonly gpu: BackendName;
  /** Null: random weights, which the seed decides. */
  readonly weights: Weights | null;
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
    /** The adapter that computes, null where none does. */
    readonly device: {
      readonly adapter: AdapterDescription;
      readonly limits: Limits;
      readonly features: Features;
    } | null;
    /** Of this suite's own models. */
    readonly model: {
      readonly configHash: string;
      readonly parameters: { readonly encoder: number; readonly total: number };
    } | null;
    /** Null where they are random. */
    readonly weights: LoadedWeights | null;
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
    /** Of GPU buffers; null where none are counted. */
    readonly ledger: {
      readonly peakBytes: number;
      readonly peakByTag: Readonly<Record<string, number>>;
      readonly reservedPeakBytes: number;
    } | null;
    /** The process's peak resident memory (maxRSS; Linux counts in what the parent had at its start), if known. */
    readonly processPeakBytes: number | null;
    readonly dispatches: number;
    /** What a training step found: see benchmarks/training/protocol.ts. */
    readonly figures?: Readonly<Record<string, number | null>>;
    readonly wgslHashes: Readonly<Record<string, string>>;
    /** SHA-256 of the tokens (of whisper, of the text), so that engines which must agree can be seen to. */
    readonly tokensHash: string;
    /** What was heard in the first recording; null of random weights. */
    readonly text: string | null;
  }
  | {
    readonly event: "failed";
    readonly status: "out-of-memory" | "over-limit" | "failed";
    readonly reason: string;
  };
