import type { Gpu, Tensor } from "../kernels/gpu/mod.ts";
import { type Lengths, lengths as makeLengths } from "../kernels/lengths.ts";
import { logMel } from "../kernels/log_mel/log_mel.ts";
import { HOP, melFrames, melSpec, normalize } from "./frontend.ts";
import { SUBSAMPLING } from "./layers/subsampling.ts";
import { causalSamba, type Model } from "./model.ts";
import { encode, encoderState } from "./samba.ts";

/** Encoder frames a chunk by default: a minute, long enough to keep a large GPU busy. */
export const CHUNK_FRAMES = 1500;

/** A chunk of memory [B, T, d] and how many rows of it each sequence has; `start` is its first frame. */
export interface MemoryChunk {
  readonly memory: Tensor;
  readonly lengths: Lengths;
  readonly start: number;
}

/**
 * Encodes recordings in chunks with carried state: the same memory as in one pass, in device memory that does not grow
 * with the audio. Each chunk is handed to `take` and freed when it returns. Throws a ConfigError unless the model is a
 * causal Samba-ASR. A stage may be named for the clock of each part (`gpu.stage`).
 */
export function encodeInChunks(
  gpu: Gpu,
  model: Model,
  recordings: readonly Float32Array[],
  take: (chunk: MemoryChunk) => void,
  chunkFrames: number = CHUNK_FRAMES,
): void {
  const samba = causalSamba(model);
  using _stream = gpu.scope();
  const state = encoderState(gpu, samba.config, recordings.length);
  const totals = recordings.map(({ length }) => length);
  const frames = Math.max(...totals.map(melFrames));
  const step = chunkFrames * SUBSAMPLING;
  for (let first = 0; first < frames; first += step) {
    using _chunk = gpu.scope();
    const count = Math.min(step, frames - first);
    const { mel, lengths } = gpu.stage("log_mel", () => melChunk(gpu, samba, recordings, totals, first, count));
    const encoded = gpu.stage("encoder", () => encode(gpu, samba.weights, mel, lengths, state));
    take({ ...encoded, start: first / SUBSAMPLING });
  }
}

/** Normalised mel frames [first, first + count): only the samples that their windows see are uploaded. */
function melChunk(
  gpu: Gpu,
  { config, frontend }: ReturnType<typeof causalSamba>,
  recordings: readonly Float32Array[],
  totals: readonly number[],
  first: number,
  count: number,
): { mel: Tensor; lengths: Lengths } {
  using scope = gpu.scope();
  const spec = melSpec(config);
  const start = Math.max(0, first * HOP - spec.nFft);
  const end = (first + count) * HOP + spec.nFft;
  const samples = gpu.upload(padded(recordings.map((r) => r.subarray(start, end)), end - start), [
    recordings.length,
    end - start,
  ]);
  const sampleLengths = makeLengths(gpu, totals, Math.max(...totals));
  const raw = logMel(gpu, samples, sampleLengths, spec, { frames: count, firstFrame: first, sampleStart: start });
  const rows = totals.map((total) => Math.min(count, Math.max(0, melFrames(total) - first)));
  const lengths = makeLengths(gpu, rows, count);
  const mel = normalize(gpu, frontend, raw, lengths);
  scope.keep(mel, lengths.device);
  return { mel, lengths };
}

/** Sequences side by side in rows of `width` samples, zeros behind the shorter ones. */
function padded(sequences: readonly Float32Array[], width: number): Float32Array {
  const rows = new Float32Array(sequences.length * width);
  sequences.forEach((sequence, i) => rows.set(sequence, i * width));
  return rows;
}
