import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { launchNorm, type NormKind, type NormVariant } from "./row_norm.ts";

function normBenchmark(
  kind: NormKind,
  rows: number,
  width: number,
  small: boolean,
  variant?: NormVariant,
): KernelBenchmark {
  return {
    name: `${kind}_norm ${rows}×${width}${variant === undefined ? "" : ` ${variant}`}`,
    bytes: 8 * rows * width,
    small,
    prepare(gpu) {
      const x = randomTensor(gpu, [rows, width], 1);
      const gamma = randomTensor(gpu, [width], 2);
      const weights = kind === "layer" ? { gamma, beta: randomTensor(gpu, [width], 3) } : { gamma };
      return () => launchNorm(gpu, kind, x, weights, undefined, variant);
    },
  };
}

/** Normalisation at the `base` encoder's shape for 30 minutes, and small. */
export const benchmarks: readonly KernelBenchmark[] = [
  normBenchmark("layer", 45000, 512, false),
  normBenchmark("rms", 45000, 512, false),
  normBenchmark("layer", 1000, 64, true),
  normBenchmark("rms", 1000, 64, true),
];

/** The ladder's first rung, and twice the lanes for a row. */
export const candidates: readonly KernelBenchmark[] = [
  normBenchmark("layer", 45000, 512, false, "looped"),
  normBenchmark("rms", 45000, 512, false, "looped"),
  normBenchmark("layer", 45000, 512, false, 32),
];
