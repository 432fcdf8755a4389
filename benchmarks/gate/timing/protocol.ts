import type { AdapterDescription, BackendName } from "../../../kernels/gpu/mod.ts";

/** Work that is added to the candidate on purpose, to see the gate find it. */
export interface Plant {
  /** Part of the names of the benchmarks that are slowed. */
  readonly match: string;
  /** Share of the launches that run once more: 0.1 is 10 %. */
  readonly share: number;
}

/**
 * What seconds are counted by: `gpu`, the device's timestamps; `processor`, the processor time of the child on all cores,
 * where the adapter computes in software (a busy neighbour lengthens it by a few per cent, and the time on the wall by as
 * much as it likes); `host`, the host's clock, where a GPU has no timestamps.
 */
export type Clock = "gpu" | "processor" | "host";

/** What a child is asked to measure (its one argument, as JSON). */
export interface SampleRequest {
  /** Folder of the version whose kernels and models are measured. */
  readonly root: string;
  readonly gpu: BackendName;
  /** Benchmarks by name, in the order in which they are to run. */
  readonly names: readonly string[];
  /** Launches a sample, by name; a benchmark without any chooses for itself. */
  readonly launches: Readonly<Record<string, number>>;
  /** A chosen number of launches is a multiple of this. */
  readonly multiple: number;
  readonly samples: number;
  readonly plant: Plant | null;
}

/** What a child has measured of one benchmark. */
export interface Sampled {
  readonly name: string;
  readonly launches: number;
  /** Seconds of one launch, a value a sample. */
  readonly seconds: readonly number[];
}

/** The one line of JSON that a child answers with. */
export type SampleAnswer =
  | {
    readonly adapter: AdapterDescription;
    readonly clock: Clock;
    readonly sampled: readonly Sampled[];
    /** Benchmarks that this version lacks or that failed, and why. */
    readonly missing: Readonly<Record<string, string>>;
  }
  | { readonly failed: string };
