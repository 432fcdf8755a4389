import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { logMel } from "./log_mel.ts";
import type { MelVariant } from "./mel_kernel.ts";
import { normalizeUtterance } from "./normalize.ts";
import { type MelSpec, NATURAL_MEL, WHISPER_MEL } from "./spec.ts";

function melBenchmark(
  name: string,
  spec: MelSpec,
  seconds: number,
  small: boolean,
  variant?: MelVariant,
): KernelBenchmark {
  const samples = seconds * spec.sampleRate;
  const frames = samples / spec.hop;
  const rung = variant ? ` ${variant.transform} ${variant.frames}×${variant.threads}` : "";
  return {
    name: `log_mel ${name}, ${seconds} s${rung}`,
    bytes: 4 * (samples + frames * spec.bins),
    small,
    prepare(gpu) {
      const x = randomTensor(gpu, [1, samples], 1);
      return () => logMel(gpu, x, undefined, spec, { frames }, variant);
    },
  };
}

function normalizeBenchmark(frames: number, bins: number, small: boolean): KernelBenchmark {
  return {
    name: `normalize_utterance ${frames}×${bins}`,
    bytes: 8 * frames * bins,
    small,
    prepare(gpu) {
      const mel = randomTensor(gpu, [1, frames, bins], 1);
      const device = gpu.upload(Uint32Array.of(frames));
      return () => normalizeUtterance(gpu, mel, { host: [frames], device });
    },
  };
}

/** Features of 30 minutes, and of a second for software adapters. */
export const benchmarks: readonly KernelBenchmark[] = [
  melBenchmark("whisper", WHISPER_MEL, 1800, false),
  melBenchmark("natural", NATURAL_MEL, 1800, false),
  normalizeBenchmark(180_000, 80, false),
  melBenchmark("whisper", WHISPER_MEL, 1, true),
  melBenchmark("natural", NATURAL_MEL, 1, true),
  normalizeBenchmark(500, 80, true),
];

const SHARES: readonly (readonly [frames: number, threads: number])[] = [
  [1, 32],
  [1, 64],
  [2, 32],
  [2, 64],
  [4, 32],
  [4, 64],
  [4, 128],
  [4, 256],
];

function shares(seconds: number, small: boolean): KernelBenchmark[] {
  return SHARES.flatMap(([frames, threads]) =>
    [["whisper", WHISPER_MEL], ["natural", NATURAL_MEL]].map(([name, spec]) =>
      melBenchmark(name as string, spec as MelSpec, seconds, small, { frames, threads, transform: "fft" })
    )
  );
}

/** Ways to share out a workgroup, and the naive rung (on a minute: it is slow). */
export const candidates: readonly KernelBenchmark[] = [
  ...shares(1800, false),
  ...shares(1, true),
  melBenchmark("natural", NATURAL_MEL, 60, false, { frames: 4, threads: 64, transform: "dft" }),
  melBenchmark("natural", NATURAL_MEL, 60, false, { frames: 4, threads: 64, transform: "fft" }),
];
