import type { Gpu, Tensor } from "../kernels/gpu/mod.ts";
import type { Lengths } from "../kernels/lengths.ts";
import { lengths as makeLengths } from "../kernels/lengths.ts";
import { logMel } from "../kernels/log_mel/log_mel.ts";
import { normalizeFixed, normalizeUtterance } from "../kernels/log_mel/normalize.ts";
import { type MelSpec, NATURAL_MEL } from "../kernels/log_mel/spec.ts";
import type { ModelConfig } from "./config.ts";
import { constant } from "./initialization.ts";
import type { Parameters } from "./parameters.ts";

/** Samples a second that every model takes. */
export const SAMPLE_RATE = 16000;

/** Samples from one mel frame to the next: 10 ms. */
export const HOP = NATURAL_MEL.hop;

/** Mean and deviation of each bin [bins], where normalisation is `fixed`: constants of the training data, never trained. */
export interface FrontendWeights {
  readonly fixed?: { readonly mean: Tensor; readonly deviation: Tensor };
}

// Of speech at about −25 dBFS, all bins alike: what an untrained model starts from; training puts its data's own here.
const TYPICAL_MEAN = -6;
const TYPICAL_DEVIATION = 4;

/** Declares the frontend. */
export function frontendWeights(p: Parameters, { frontend }: ModelConfig): FrontendWeights {
  if (frontend.normalization === "utterance") return {};
  return {
    fixed: {
      mean: p.get("mean", [frontend.bins], constant(TYPICAL_MEAN)),
      deviation: p.get("deviation", [frontend.bins], constant(TYPICAL_DEVIATION)),
    },
  };
}

const specs = new Map<number, MelSpec>([[NATURAL_MEL.bins, NATURAL_MEL]]);

/** Log-mel as the models take it: 25 ms windows every 10 ms. One object a number of bins, as the kernel's tables go by it. */
export function melSpec({ frontend: { bins } }: ModelConfig): MelSpec {
  const spec = specs.get(bins) ?? { ...NATURAL_MEL, bins };
  specs.set(bins, spec);
  return spec;
}

/** Mel frames of so many samples: one every 10 ms, none for a rest that is shorter. */
export function melFrames(samples: number): number {
  return Math.floor(samples / HOP);
}

/** Normalised log-mel frames of whole recordings. samples [B, S] → [B, ⌊S/160⌋, bins]; padding comes out zero. */
export function melFeatures(
  gpu: Gpu,
  config: ModelConfig,
  weights: FrontendWeights,
  samples: Tensor,
  sampleLengths: Lengths,
): { mel: Tensor; lengths: Lengths } {
  using scope = gpu.scope();
  const frames = melFrames(samples.shape[1]);
  const lengths = makeLengths(gpu, sampleLengths.host.map(melFrames), frames);
  const raw = logMel(gpu, samples, sampleLengths, melSpec(config), { frames });
  const mel = normalize(gpu, weights, raw, lengths);
  scope.keep(mel, lengths.device);
  return { mel, lengths };
}

/** Normalises log-mel frames [B, frames, bins]; rows past each sequence's length come out zero. */
export function normalize(gpu: Gpu, { fixed }: FrontendWeights, mel: Tensor, lengths: Lengths): Tensor {
  return fixed ? normalizeFixed(gpu, mel, fixed.mean, fixed.deviation, lengths) : normalizeUtterance(gpu, mel, lengths);
}
