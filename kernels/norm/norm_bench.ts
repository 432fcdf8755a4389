import { asColumns, part } from "../gpu/mod.ts";
import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { launchNormBackward } from "./norm_backward.ts";
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

function backwardBenchmark(kind: NormKind, rows: number, width: number, small: boolean): KernelBenchmark {
  return {
    name: `${kind}_norm backward ${rows}×${width}`,
    bytes: 16 * rows * width,
    small,
    prepare(gpu) {
      const [x, dy] = [randomTensor(gpu, [rows, width], 1), randomTensor(gpu, [rows, width], 2)];
      const gamma = randomTensor(gpu, [width], 3);
      // As in training: the residual's gradient is there already, and the weights' are in one buffer.
      const all = gpu.zeros([2 * Math.ceil(width / 64) * 64], "f32", "gradients");
      const weight = (i: number) => (
        { into: asColumns(part(all, i * Math.ceil(width / 64) * 64, [width])), accumulate: true }
      );
      const targets = {
        x: { into: asColumns(gpu.zeros([rows, width])), accumulate: true },
        gamma: weight(0),
        ...(kind === "layer" ? { beta: weight(1) } : {}),
      };
      return () => launchNormBackward(gpu, kind, { x, dy, gamma }, targets);
    },
  };
}

/** Normalisation at the `base` encoder's shape for 30 minutes, its gradient for 16 utterances of 5 s, and small. */
export const benchmarks: readonly KernelBenchmark[] = [
  normBenchmark("layer", 45000, 512, false),
  normBenchmark("rms", 45000, 512, false),
  normBenchmark("layer", 1000, 64, true),
  normBenchmark("rms", 1000, 64, true),
  ...[144, 256, 512].map((width) => backwardBenchmark("layer", 2000, width, false)),
  backwardBenchmark("rms", 2000, 256, false),
  backwardBenchmark("layer", 45000, 512, false),
  backwardBenchmark("layer", 500, 64, true),
];

/** The ladder's first rung, and twice the lanes for a row. */
export const candidates: readonly KernelBenchmark[] = [
  normBenchmark("layer", 45000, 512, false, "looped"),
  normBenchmark("rms", 45000, 512, false, "looped"),
  normBenchmark("layer", 45000, 512, false, 32),
];
