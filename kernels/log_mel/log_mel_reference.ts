import { hann, melFilters } from "./filters.ts";
import { melFrames, type MelSpec } from "./spec.ts";

function paddedSample(samples: ArrayLike<number>, i: number, padding: MelSpec["padding"]): number {
  const last = samples.length - 1;
  if (i >= 0 && i <= last) return samples[i];
  if (padding === "zero" || last < 0) return 0;
  while (last > 0 && (i < 0 || i > last)) i = i < 0 ? -i : 2 * last - i;
  return samples[last === 0 ? 0 : i];
}

/** float64 log-mel frames [melFrames(samples), bins] of one clip, by the transform's definition: see `logMel`. */
export function logMelReference(samples: ArrayLike<number>, spec: MelSpec): Float64Array {
  const { nFft, window, hop, bins, padding, logarithm } = spec;
  const frames = melFrames(spec, samples.length);
  const filters = melFilters(spec);
  const taper = hann(window);
  const left = Math.floor((nFft - window) / 2);
  const y = new Float64Array(frames * bins);
  for (let t = 0; t < frames; t++) {
    const x = Array.from(
      taper,
      (w, i) => w * paddedSample(samples, t * hop - Math.floor(nFft / 2) + left + i, padding),
    );
    const power = filters[0].map((_, k) => {
      let [re, im] = [0, 0];
      x.forEach((v, i) => {
        const angle = -2 * Math.PI * (k * (i + left) % nFft) / nFft;
        re += v * Math.cos(angle);
        im += v * Math.sin(angle);
      });
      return re * re + im * im;
    });
    filters.forEach((filter, bin) => {
      const mel = filter.reduce((sum, w, k) => sum + w * power[k], 0);
      y[t * bins + bin] = logarithm.kind === "whisper"
        ? Math.log10(Math.max(mel, 1e-10))
        : Math.log(mel + logarithm.floor);
    });
  }
  if (logarithm.kind === "natural") return y;
  const floor = y.reduce((a, b) => Math.max(a, b), -Infinity) - 8;
  return y.map((v) => (Math.max(v, floor) + 4) / 4);
}

/** float64 mean and deviation normalisation of the first `length` rows [*, bins], zeros behind: see `normalizeUtterance`. */
export function normalizeReference(mel: ArrayLike<number>, bins: number, length: number): Float64Array {
  const y = new Float64Array(mel.length);
  for (let bin = 0; bin < bins; bin++) {
    let mean = 0;
    for (let t = 0; t < length; t++) mean += mel[t * bins + bin] / length;
    let variance = 0;
    for (let t = 0; t < length; t++) variance += (mel[t * bins + bin] - mean) ** 2 / length;
    for (let t = 0; t < length; t++) {
      y[t * bins + bin] = (mel[t * bins + bin] - mean) / (Math.sqrt(variance) + 1e-5);
    }
  }
  return y;
}
