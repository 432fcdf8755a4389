import type { Gpu } from "../kernels/gpu/mod.ts";
import { logMel } from "../kernels/log_mel/log_mel.ts";
import { lengths as makeLengths } from "../kernels/lengths.ts";
import type { ModelConfig } from "../model/config.ts";
import { melFrames, melSpec } from "../model/frontend.ts";

/** Mean and deviation of each log-mel bin [bins]. */
export interface MelStatistics {
  readonly mean: Float32Array<ArrayBuffer>;
  readonly deviation: Float32Array<ArrayBuffer>;
}

/** Utterances that are listened to, at most: an hour of speech tells the statistics to a thousandth. */
const MOST_UTTERANCES = 1000;

/**
 * Mean and deviation of the log-mel bins over utterances (at most 1000 of them, evenly spaced), every frame counting alike:
 * the constants by which a model normalises that cannot wait for an utterance's end. Summed in float64, so the same from
 * run to run on one device.
 */
export async function melStatistics(
  gpu: Gpu,
  config: ModelConfig,
  utterances: readonly { readonly samples: Int16Array }[],
): Promise<MelStatistics> {
  const spec = melSpec(config);
  const sums = new Float64Array(spec.bins);
  const squares = new Float64Array(spec.bins);
  let frames = 0;
  const every = Math.max(1, Math.ceil(utterances.length / MOST_UTTERANCES));
  for (let i = 0; i < utterances.length; i += every) {
    using _utterance = gpu.scope();
    const { samples } = utterances[i];
    const count = melFrames(samples.length);
    if (count === 0) continue;
    const heard = gpu.upload(Float32Array.from(samples, (x) => x / 32768), [1, samples.length]);
    const mel = await gpu.read(
      logMel(gpu, heard, makeLengths(gpu, [samples.length], samples.length), spec, { frames: count }),
    );
    for (let j = 0; j < mel.length; j++) {
      sums[j % spec.bins] += mel[j];
      squares[j % spec.bins] += mel[j] * mel[j];
    }
    frames += count;
  }
  const n = Math.max(frames, 1);
  return {
    mean: Float32Array.from(sums, (sum) => sum / n),
    deviation: Float32Array.from(squares, (sum, j) => Math.sqrt(Math.max(sum / n - (sums[j] / n) ** 2, 1e-6))),
  };
}
