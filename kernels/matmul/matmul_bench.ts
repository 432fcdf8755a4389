import type { Gpu, Tensor } from "../gpu/mod.ts";
import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { matmulRung, type Rung } from "./ladder.ts";
import { launchMatmul } from "./launch.ts";
import { linear, matmul } from "./matmul.ts";
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

/** The model's products (30 minutes of audio, a training batch, decoding) and the square one that libraries quote. */
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
];

const over = (tiles: readonly Tile[], shape: Shape): KernelBenchmark[] =>
  tiles.map((tile) => tileBenchmark(tile, shape));

/** All tiles that `chooseTile` has, where few large ones, many, or hardly any fill the device. */
export const candidates: readonly KernelBenchmark[] =
  ([[7500, 2048, 512], [45000, 512, 2048], [2048, 256, 256]] as const)
    .flatMap((shape) => over(TILES.map(({ tile }) => tile), shape));
