import { asColumns, type Gpu, type GradientTarget, part, type Tensor } from "../gpu/mod.ts";
import { type KernelBenchmark, randomTensor } from "../bench.ts";
import type { Activation } from "./epilogue.ts";
import { matmulRung, type Rung } from "./ladder.ts";
import { launchMatmul } from "./launch.ts";
import { linearBackward, weightGradient } from "./linear_backward.ts";
import { linear, matmul } from "./matmul.ts";
import { type Split, splitInto } from "./split.ts";
import { LADDER_TILES, type Tile, tileName, TILES } from "./tile.ts";

type Shape = readonly [m: number, k: number, n: number];

function benchmark([m, k, n]: Shape, name: string, prepare: KernelBenchmark["prepare"], batch = 1): KernelBenchmark {
  const flops = 2 * batch * m * k * n;
  const bytes = 4 * batch * (m * k + m * n) + 4 * k * n;
  const shape = `${batch === 1 ? "" : `${batch}×`}${m}×${k}×${n}`;
  return { name: `${name} ${shape}`, flops, bytes, small: flops < 1e8, prepare };
}

function inputs(gpu: Gpu, [m, k, n]: Shape): [a: Tensor, b: Tensor] {
  return [randomTensor(gpu, [m, k], 1), randomTensor(gpu, [k, n], 2)];
}

function linearBenchmark(shape: Shape): KernelBenchmark {
  return benchmark(shape, "linear", (gpu) => {
    const [x, w] = inputs(gpu, shape);
    return () => linear(gpu, x, w);
  });
}

function fusedBenchmark(shape: Shape): KernelBenchmark {
  return benchmark(shape, "linear +bias silu +residual", (gpu) => {
    const [x, w] = inputs(gpu, shape);
    const bias = randomTensor(gpu, [shape[2]], 3);
    const residual = randomTensor(gpu, [shape[0], shape[2]], 4);
    return () => linear(gpu, x, w, bias, "silu", residual);
  });
}

function transposedBenchmark(batch: number, shape: Shape, transposeA: boolean, transposeB: boolean): KernelBenchmark {
  const name = `matmul ${transposeA ? "T" : "N"}${transposeB ? "T" : "N"}`;
  return benchmark(shape, name, (gpu) => {
    const [m, k, n] = shape;
    const a = randomTensor(gpu, transposeA ? [batch, k, m] : [batch, m, k], 1);
    const b = randomTensor(gpu, transposeB ? [batch, n, k] : [batch, k, n], 2);
    return () => matmul(gpu, a, b, { transposeA, transposeB });
  }, batch);
}

/** Gradients of a weight and a bias to be added to, in one buffer as an optimizer has them. */
function gradientTargets(gpu: Gpu, k: number, n: number): { weight: GradientTarget; bias: GradientTarget } {
  const start = Math.ceil(k * n / 64) * 64;
  const all = gpu.zeros([start + n]);
  const target = (at: number, shape: readonly number[]) => ({
    into: asColumns(part(all, at, shape)),
    accumulate: true,
  });
  return { weight: target(0, [k, n]), bias: target(start, [n]) };
}

/** All gradients of a `linear` with a bias. */
function backwardBenchmark([m, k, n]: Shape, activation: Activation = "none"): KernelBenchmark {
  return {
    name: `linear backward ${activation === "none" ? "" : `${activation} `}${m}×${k}×${n}`,
    flops: 4 * m * k * n,
    bytes: 4 * (m * n * (activation === "none" ? 1 : 2) + 2 * m * k + 2 * k * n),
    small: m * k * n < 1e7,
    prepare(gpu) {
      const [x, weight] = inputs(gpu, [m, k, n]);
      const [dy, pre] = [randomTensor(gpu, [m, n], 3), randomTensor(gpu, [m, n], 4)];
      const targets = { x: { into: asColumns(gpu.tensor([m, k])), accumulate: false }, ...gradientTargets(gpu, k, n) };
      return () => linearBackward(gpu, { x: asColumns(x), weight, activation, pre }, dy, targets);
    },
  };
}

/** dW and db alone, of `m` rows: dW is k × n. */
function weightBenchmark([m, k, n]: Shape, split?: Split): KernelBenchmark {
  const how = split ? ` ${tileName(split.tile)} in ${split.splits}` : "";
  return {
    name: `dW${how} ${k}×${m}×${n}`,
    flops: 2 * m * k * n,
    bytes: 4 * (m * n + m * k + k * n),
    small: m * k * n < 1e7,
    prepare(gpu) {
      const [x, dy] = [randomTensor(gpu, [m, k], 1), randomTensor(gpu, [m, n], 2)];
      const { weight, bias } = gradientTargets(gpu, k, n);
      return () => weightGradient(gpu, asColumns(x), dy, weight, bias, split);
    },
  };
}

function rungBenchmark(rung: Rung, shape: Shape): KernelBenchmark {
  return benchmark(shape, `matmul ${rung}`, (gpu) => {
    const [a, b] = inputs(gpu, shape);
    return () => matmulRung(gpu, rung, a, b);
  });
}

function tileBenchmark(tile: Tile, shape: Shape, vectors = true): KernelBenchmark {
  return benchmark(shape, `matmul ${tileName(tile)}${vectors ? "" : " scalar"}`, (gpu) => {
    const [m, k, n] = shape;
    const [a, b] = inputs(gpu, shape);
    const y = gpu.tensor([m, n]);
    const one = { offset: 0, batch: 0, transposed: false };
    const product = {
      a: { tensor: a, stride: k, ...one },
      b: { tensor: b, stride: n, ...one },
      ...{ y, m, n, k, batch: 1, scale: 1, activation: "none" as const },
    };
    return () => launchMatmul(gpu, product, tile, vectors);
  });
}

/** Products whose gradients training takes: 16 × 125 frames through models 128, 256 and 288 wide, and more through one of 512. */
const TRAINING: readonly Shape[] = [
  [2000, 128, 512],
  [2000, 256, 1024],
  [2000, 1024, 256],
  [2000, 512, 48],
  [2000, 16, 512],
  [2000, 288, 1152],
  [8000, 256, 1024],
  [16000, 512, 2048],
  [16000, 1024, 512],
  [16000, 1024, 64],
  [16000, 32, 1024],
];

/**
 * The model's products (30 minutes of audio, a training batch, decoding), the square one that libraries quote, and the
 * gradients of training.
 */
export const benchmarks: readonly KernelBenchmark[] = [
  linearBenchmark([4096, 4096, 4096]),
  linearBenchmark([8192, 1024, 256]),
  linearBenchmark([8192, 256, 1024]),
  linearBenchmark([8192, 512, 256]),
  linearBenchmark([2048, 256, 256]),
  linearBenchmark([45000, 512, 2048]),
  linearBenchmark([45000, 1024, 512]),
  linearBenchmark([45000, 1024, 64]),
  linearBenchmark([45000, 32, 1024]),
  linearBenchmark([7500, 512, 2048]),
  linearBenchmark([7500, 2048, 512]),
  linearBenchmark([750, 512, 512]),
  linearBenchmark([45000, 1024, 37]),
  fusedBenchmark([8192, 1024, 256]),
  linearBenchmark([1, 512, 2048]),
  linearBenchmark([8, 512, 2048]),
  linearBenchmark([8, 1024, 512]),
  linearBenchmark([16, 512, 2048]),
  transposedBenchmark(8, [1024, 512, 1024], false, true),
  transposedBenchmark(8, [1024, 512, 1024], true, false),
  rungBenchmark("naive", [4096, 4096, 4096]),
  rungBenchmark("blocked", [4096, 4096, 4096]),
  tileBenchmark(LADDER_TILES[0], [4096, 4096, 4096], false),
  ...LADDER_TILES.map((tile) => tileBenchmark(tile, [4096, 4096, 4096])),
  rungBenchmark("naive", [256, 256, 256]),
  rungBenchmark("blocked", [256, 256, 256]),
  linearBenchmark([256, 256, 256]),
  linearBenchmark([8, 256, 256]),
  transposedBenchmark(4, [128, 64, 128], false, true),
  ...TRAINING.map((shape) => backwardBenchmark(shape)),
  backwardBenchmark([2000, 256, 1024], "silu"),
  backwardBenchmark([16000, 512, 2048], "silu"),
  ...TRAINING.map((shape) => weightBenchmark(shape)),
  weightBenchmark([45000, 128, 128]),
  backwardBenchmark([500, 128, 128], "silu"),
  weightBenchmark([500, 128, 128]),
];

const over = (tiles: readonly Tile[], shape: Shape): KernelBenchmark[] =>
  tiles.map((tile) => tileBenchmark(tile, shape));

/** Numbers of splits of a weight's gradient, as far as its rows have steps of a tile for them. */
const splitsOver = (shape: Shape): KernelBenchmark[] =>
  TILES.flatMap(({ tile }) => {
    const steps = Math.ceil(shape[0] / tile.k);
    const splits = [1, 2, 4, 8, 16, 32, 64].map((count) => splitInto(tile, steps, count));
    return splits.map((split) => weightBenchmark(shape, split));
  });

/** All tiles that `chooseTile` has, where few large ones, many, or hardly any fill the device; and splits for `chooseSplit`. */
export const candidates: readonly KernelBenchmark[] = [
  ...([[7500, 2048, 512], [45000, 512, 2048], [2048, 256, 256]] as const)
    .flatMap((shape) => over(TILES.map(({ tile }) => tile), shape)),
  ...([[2000, 128, 512], [2000, 256, 1024], [2000, 512, 48], [16000, 512, 2048], [16000, 1024, 64]] as const)
    .flatMap(splitsOver),
];
