import type { MelSpec } from "./spec.ts";

/** Slaney's Auditory Toolbox: 3 mels per 200 Hz up to 1 kHz, then 27 mels per factor 6.4. */
const SLANEY = { hzPerMel: 200 / 3, knee: 1000, kneeMel: 15, step: Math.log(6.4) / 27 };

function toMel(hz: number, scale: MelSpec["scale"]): number {
  if (scale === "htk") return 2595 * Math.log10(1 + hz / 700);
  return hz < SLANEY.knee ? hz / SLANEY.hzPerMel : SLANEY.kneeMel + Math.log(hz / SLANEY.knee) / SLANEY.step;
}

function toHz(mel: number, scale: MelSpec["scale"]): number {
  if (scale === "htk") return 700 * (10 ** (mel / 2595) - 1);
  return mel < SLANEY.kneeMel ? mel * SLANEY.hzPerMel : SLANEY.knee * Math.exp((mel - SLANEY.kneeMel) * SLANEY.step);
}

/** Triangular mel filters (librosa.filters.mel) as float64 rows of nFft / 2 + 1 frequencies, one a band. */
export function melFilters(spec: MelSpec): Float64Array[] {
  const { sampleRate, nFft, bins, low, high, scale, areaNorm } = spec;
  const [from, to] = [toMel(low, scale), toMel(high, scale)];
  const edges = Array.from({ length: bins + 2 }, (_, i) => toHz(from + (to - from) * i / (bins + 1), scale));
  return Array.from({ length: bins }, (_, bin) => {
    const [left, centre, right] = edges.slice(bin, bin + 3);
    const height = areaNorm ? 2 / (right - left) : 1;
    return Float64Array.from({ length: Math.floor(nFft / 2) + 1 }, (_, k) => {
      const hz = k * sampleRate / nFft;
      return height * Math.max(0, Math.min((hz - left) / (centre - left), (right - hz) / (right - centre)));
    });
  });
}

/** The filters without their zeros. */
export interface SparseFilters {
  /** Non-zero weights, band after band. */
  readonly weights: Float32Array;
  /** Per band: first frequency, number of weights, index of the first weight, 0. */
  readonly ranges: Uint32Array;
}

/** Packs filters whose non-zero weights are contiguous. */
export function sparseFilters(filters: readonly Float64Array[]): SparseFilters {
  const weights: number[] = [];
  const ranges: number[] = [];
  for (const filter of filters) {
    const start = Math.max(0, filter.findIndex((w) => w > 0));
    const end = filter.findLastIndex((w) => w > 0) + 1;
    ranges.push(start, Math.max(0, end - start), weights.length, 0);
    weights.push(...filter.slice(start, Math.max(start, end)));
  }
  // A band below the frequency resolution may be empty, all of them may not be bound as an empty buffer.
  return { weights: Float32Array.from(weights.length ? weights : [0]), ranges: Uint32Array.from(ranges) };
}

/** Periodic Hann window, float64. */
export function hann(window: number): Float64Array {
  return Float64Array.from({ length: window }, (_, i) => 0.5 - 0.5 * Math.cos(2 * Math.PI * i / window));
}

/** cos | sin of −2π j / n for j = 0 … n − 1, interleaved: the roots of unity of a forward transform. */
export function rootsOfUnity(n: number): Float32Array {
  const roots = new Float32Array(2 * n);
  for (let j = 0; j < n; j++) {
    roots[2 * j] = Math.cos(2 * Math.PI * j / n);
    roots[2 * j + 1] = -Math.sin(2 * Math.PI * j / n);
  }
  return roots;
}
