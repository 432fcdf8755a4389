import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { columns } from "../gpu/mod.ts";
import { attention, type AttentionForm } from "./attention.ts";
import { flashAttention } from "./flash.ts";
import { type FlashTile, tileName } from "./flash_tile.ts";
import { naiveAttention, type NaiveTile } from "./naive.ts";
import { type Problem, problem } from "./problem.ts";
import type { Gpu, Tensor } from "../gpu/mod.ts";

/** Sizes of a benchmark: `keys` rows of memory, as many queries unless said, `batch` 1 and heads of 64 likewise. */
interface Sizes {
  readonly keys: number;
  readonly queries?: number;
  readonly heads: number;
  readonly headSize?: number;
  readonly batch?: number;
}

type Window = { readonly left: number; readonly right: number };

function benchmark(
  what: string,
  sizes: Sizes,
  window: Window | undefined,
  small: boolean,
  run: (gpu: Gpu, p: Problem) => Tensor,
): KernelBenchmark {
  const { keys, queries = keys, heads, headSize = 64, batch = 1 } = sizes;
  const width = heads * headSize;
  const seen = window ? Math.min(keys, window.left + window.right + 1) : keys;
  return {
    name: `attention ${what} B${batch} ${queries}×${keys} ${heads}×${headSize}`,
    flops: 4 * batch * queries * seen * width,
    bytes: 4 * batch * width * 2 * (queries + keys),
    small,
    prepare(gpu) {
      const memory = randomTensor(gpu, [batch, keys, 3 * width], 1);
      const q = queries === keys ? columns(memory, 0, width) : randomTensor(gpu, [batch, queries, width], 2);
      const [k, v] = [columns(memory, width, width), columns(memory, 2 * width, width)];
      const p = problem({ q, k, v }, heads, {}, window);
      return () => void run(gpu, p);
    },
  };
}

function form(form: AttentionForm, sizes: Sizes, small = false): KernelBenchmark {
  const window = form.kind === "window" ? form : undefined;
  const name = window ? `window ${window.left}+${window.right}` : form.kind;
  return benchmark(name, sizes, window, small, (gpu, { q, k, v, heads }) => attention(gpu, form, { q, k, v }, heads));
}

const NAIVE: AttentionForm = { kind: "naive" };
const FLASH: AttentionForm = { kind: "flash" };
const WINDOW: AttentionForm = { kind: "window", left: 256, right: 256 };

/** Self-attention over 5 and 30 minutes of 40 ms frames, one token against a memory, a training batch; and small. */
export const benchmarks: readonly KernelBenchmark[] = [
  form(FLASH, { keys: 45000, heads: 4 }),
  form(FLASH, { keys: 45000, heads: 8 }),
  form(FLASH, { keys: 7500, heads: 4 }),
  form(FLASH, { keys: 7500, heads: 8 }),
  form(FLASH, { keys: 750, heads: 4, batch: 16 }),
  form(FLASH, { keys: 45000, queries: 1, heads: 4 }),
  form(FLASH, { keys: 7500, queries: 1, heads: 4 }),
  form(FLASH, { keys: 750, queries: 1, heads: 4 }),
  form(WINDOW, { keys: 45000, heads: 4 }),
  form(WINDOW, { keys: 7500, heads: 4 }),
  form(NAIVE, { keys: 7500, heads: 4 }),
  form(NAIVE, { keys: 7500, heads: 8 }),
  form(NAIVE, { keys: 750, heads: 4, batch: 16 }),
  form(NAIVE, { keys: 200, heads: 2, headSize: 32 }, true),
  form(FLASH, { keys: 200, heads: 2, headSize: 32 }, true),
  form(FLASH, { keys: 1000, queries: 1, heads: 2, headSize: 32 }, true),
  form({ kind: "window", left: 16, right: 16 }, { keys: 400, heads: 2, headSize: 32 }, true),
];

/** queries, rows, lanes, keys, unroll, prefetch */
type Row = readonly [number, number, number, number, number, boolean];
const tile = ([queries, rows, lanes, keys, unroll, prefetch]: Row): FlashTile => (
  { queries, rows, lanes, keys, depth: 32, chunk: 32, unroll, resident: false, prefetch }
);

const LARGE: readonly FlashTile[] = ([
  [256, 8, 8, 8, 8, false],
  [256, 8, 8, 8, 8, true],
  [256, 8, 8, 8, 16, false],
  [256, 8, 8, 8, 16, true],
  [128, 8, 8, 8, 8, false],
  [128, 8, 8, 8, 8, true],
  [64, 8, 8, 8, 8, true],
  [256, 8, 16, 4, 8, true],
  [128, 8, 16, 4, 8, true],
  [128, 4, 8, 8, 16, false],
  [128, 4, 8, 8, 8, true],
] as const).map(tile);
const [WIDEST, WIDEST_PREFETCH] = LARGE;
const MEDIUM = LARGE.slice(-2);
const SMALL: readonly FlashTile[] = ([[8, 4, 16, 4, 8, false], [8, 4, 16, 4, 8, true]] as const).map(tile);

function tiled(t: FlashTile, sizes: Sizes, parts: number, window?: Window): KernelBenchmark {
  const name = `${window ? "window" : "flash"} ${tileName(t)} parts ${parts}`;
  return benchmark(name, sizes, window, false, (gpu, p) => flashAttention(gpu, p, t, parts));
}

function naive(t: NaiveTile, sizes: Sizes): KernelBenchmark {
  const name = `naive ${t.scores}²/${t.sum} ${t.rows} rows`;
  return benchmark(name, sizes, undefined, false, (gpu, p) => naiveAttention(gpu, p, t));
}

/** Target shapes × tiles. */
export const candidates: readonly KernelBenchmark[] = [
  ...LARGE.map((t) => tiled(t, { keys: 45000, heads: 4 }, 1)),
  ...[WIDEST, WIDEST_PREFETCH].map((t) => tiled(t, { keys: 45000, heads: 4 }, 3)),
  ...[WIDEST, WIDEST_PREFETCH, ...MEDIUM].map((t) => tiled(t, { keys: 7500, heads: 4 }, 1)),
  ...[1, 2].map((parts) => tiled(WIDEST, { keys: 750, heads: 4, batch: 16 }, parts)),
  ...MEDIUM.map((t) => tiled(t, { keys: 750, heads: 4, batch: 16 }, 1)),
  ...[WIDEST, ...MEDIUM].map((t) => tiled(t, { keys: 45000, heads: 4 }, 1, { left: 256, right: 256 })),
  ...[32, 64].flatMap((parts) => SMALL.map((t) => tiled(t, { keys: 45000, queries: 1, heads: 4 }, parts))),
  ...[29, 58].map((parts) => tiled(SMALL[0], { keys: 7500, queries: 1, heads: 4 }, parts)),
  ...([[128, 64, 8], [64, 64, 8]] as const).map(([scores, sum, rows]) =>
    naive({ scores, sum, rows }, { keys: 7500, heads: 4 })
  ),
];
