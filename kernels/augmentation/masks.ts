import { uniforms } from "./random.ts";

/** How SpecAugment masks, with the names of its paper (Park et al. 2019). */
export interface MaskPolicy {
  /** m_F: masks of mel bins. */
  readonly binMasks: number;
  /** F: bins that one covers at most. */
  readonly binWidth: number;
  /** m_T: masks of frames. */
  readonly timeMasks: number;
  /** T: frames that one covers at most. */
  readonly timeWidth: number;
  /** p: share of its sequence's frames that one covers at most. */
  readonly timeShare: number;
}

/** Masks of a batch: of every sequence `timeMasks` ranges of frames, then `binMasks` ranges of bins, as [start, end). */
export interface SpecMasks {
  readonly timeMasks: number;
  readonly binMasks: number;
  /** u32 [B, timeMasks + binMasks, 2]. */
  readonly edges: Uint32Array;
}

/**
 * Draws masks as SpecAugment does (Park et al. 2019), without its time warping: the width of each uniform in 0 … its most, its
 * start uniform among those where it fits (the last one included, which the paper leaves out, so that no edge is spared).
 * `lengths`: frames of every sequence. The same seed draws the same masks.
 */
export function drawMasks(seed: number, lengths: readonly number[], bins: number, policy: MaskPolicy): SpecMasks {
  const { binMasks, binWidth, timeMasks, timeWidth, timeShare } = policy;
  const random = uniforms(seed);
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const edges: number[] = [];
  const draw = (count: number, widest: number, size: number) => {
    for (let i = 0; i < count; i++) {
      const width = upTo(Math.min(widest, size));
      const start = upTo(size - width);
      edges.push(start, start + width);
    }
  };
  for (const length of lengths) {
    draw(timeMasks, Math.min(timeWidth, Math.floor(timeShare * length)), length);
    draw(binMasks, binWidth, bins);
  }
  return { timeMasks, binMasks, edges: Uint32Array.from(edges) };
}
