import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { columns, type Gpu } from "../gpu/mod.ts";
import type { AttentionForm } from "./attention.ts";
import { flashAttention } from "./flash.ts";
import { flashBackward } from "./flash_backward.ts";
import { type BackwardTile, backwardTileName } from "./flash_backward_tile.ts";
import type { AttentionTargets } from "./gradient_places.ts";
import { naiveAttention } from "./naive.ts";
import { naiveBackward } from "./naive_backward.ts";
import type { Scores } from "./naive_scores.ts";
import { type Problem, problem } from "./problem.ts";

/** Sizes of a benchmark: as many queries as keys unless said, batch 1 and heads of 64 likewise. */
interface Sizes {
  readonly keys: number;
  readonly queries?: number;
  readonly heads: number;
  readonly headSize?: number;
  readonly batch?: number;
}

/** The operations counted are those of the five products that gradients need, of which flash computes two twice. */
function benchmark(form: AttentionForm, sizes: Sizes, small = false, tile?: BackwardTile): KernelBenchmark {
  const { keys, queries = keys, heads, headSize = 64, batch = 1 } = sizes;
  const width = heads * headSize;
  const window = form.kind === "window" ? form : undefined;
  const seen = window ? Math.min(keys, window.left + window.right + 1) : keys;
  const what = [
    window ? `window ${window.left}+${window.right}` : form.kind,
    ...(tile ? [backwardTileName(tile)] : []),
  ];
  return {
    name: `attention backward ${what.join(" ")} B${batch} ${queries}×${keys} ${heads}×${headSize}`,
    flops: 10 * batch * queries * seen * width,
    bytes: 4 * batch * width * (4 * queries + 4 * keys),
    small,
    prepare(gpu) {
      const [memory, gradient] = [1, 2].map((seed) => randomTensor(gpu, [batch, keys, 3 * width], seed));
      const [q, dq] = queries === keys
        ? [memory, gradient].map((x) => columns(x, 0, width))
        : [3, 4].map((seed) => columns(randomTensor(gpu, [batch, queries, width], seed), 0, width));
      const [k, dk, v, dv] = [1, 2].flatMap((i) => [memory, gradient].map((x) => columns(x, i * width, width)));
      const target = (into: typeof dq) => ({ into, accumulate: false });
      const targets = { q: target(dq), k: target(dk), v: target(dv) };
      const p = problem({ q, k, v }, heads, {}, window);
      return form.kind === "naive" ? naive(gpu, p, targets) : flash(gpu, p, targets, tile);
    },
  };
}

function flash(gpu: Gpu, p: Problem, targets: AttentionTargets, tile: BackwardTile | undefined): () => void {
  const lse = gpu.tensor([p.batch, p.queries, p.heads]);
  const y = flashAttention(gpu, p, undefined, undefined, lse);
  const dy = randomTensor(gpu, y.shape, 5);
  return () => flashBackward(gpu, p, y, lse, dy, targets, tile);
}

/** The weights are overwritten by the first launch; what they hold does not change the work. */
function naive(gpu: Gpu, p: Problem, targets: AttentionTargets): () => void {
  const kept: Scores[] = [];
  const y = naiveAttention(gpu, p, undefined, undefined, kept);
  const dy = randomTensor(gpu, y.shape, 5);
  return () => naiveBackward(gpu, p, kept, y, dy, targets);
}

const FLASH: AttentionForm = { kind: "flash" };
const NAIVE: AttentionForm = { kind: "naive" };
const WINDOW: AttentionForm = { kind: "window", left: 256, right: 256 };

/** Training batches of short and long utterances, a decoder's tokens against its memory, five minutes at once; and small. */
export const backwardBenchmarks: readonly KernelBenchmark[] = [
  benchmark(FLASH, { keys: 7500, heads: 4 }),
  benchmark(FLASH, { keys: 500, heads: 4, batch: 16 }),
  benchmark(FLASH, { keys: 125, heads: 4, headSize: 32, batch: 16 }),
  benchmark(FLASH, { keys: 400, queries: 50, heads: 4, batch: 16 }),
  benchmark(WINDOW, { keys: 7500, heads: 4 }),
  benchmark(NAIVE, { keys: 7500, heads: 4 }),
  benchmark(NAIVE, { keys: 500, heads: 4, batch: 16 }),
  benchmark(NAIVE, { keys: 100, heads: 2, headSize: 16 }, true),
  benchmark(FLASH, { keys: 100, heads: 2, headSize: 16 }, true),
];

const CHOSEN: BackwardTile = { own: 64, others: 8, depth: 32, unroll: 8, prefetch: true };
const RIVALS: readonly BackwardTile[] = [
  { ...CHOSEN, prefetch: false },
  { ...CHOSEN, own: 128 },
  { ...CHOSEN, own: 32 },
  { ...CHOSEN, others: 4 },
];

/** Rivals of the tiles that `backwardTile` chooses, at the lengths of training and at long ones. */
export const backwardCandidates: readonly KernelBenchmark[] = RIVALS.flatMap((tile) => [
  benchmark(FLASH, { keys: 7500, heads: 4 }, false, tile),
  benchmark(FLASH, { keys: 500, heads: 4, batch: 16 }, false, tile),
  benchmark(FLASH, { keys: 125, heads: 4, headSize: 32, batch: 16 }, false, tile),
]);
