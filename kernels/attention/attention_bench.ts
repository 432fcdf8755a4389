import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { columns } from "../gpu/mod.ts";
import { attention, type AttentionForm } from "./attention.ts";
import { backwardBenchmarks, backwardCandidates } from "./backward_benchmarks.ts";
import { flashAttention } from "./flash.ts";
import { type FlashTile, tileName } from "./flash_tile.ts";
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
  ...backwardBenchmarks,
];

const WIDE: FlashTile = { queries: 256, rows: 8, lanes: 8, keys: 8, depth: 32, chunk: 32, unroll: 8, prefetch: true };
const MEDIUM: FlashTile = { ...WIDE, queries: 128, rows: 4 };

function tiled(tile: FlashTile, sizes: Sizes, parts: number, window?: Window): KernelBenchmark {
  const name = `${window ? "window" : "flash"} ${tileName(tile)} parts ${parts}`;
  return benchmark(name, sizes, window, false, (gpu, p) => flashAttention(gpu, p, tile, parts));
}

/** The ladder's rungs below the one chosen for long audio, and the closest rivals of what is chosen elsewhere. */
export const candidates: readonly KernelBenchmark[] = [
  tiled({ ...WIDE, prefetch: false }, { keys: 45000, heads: 4 }, 1),
  tiled(WIDE, { keys: 45000, heads: 4 }, 1),
  tiled(MEDIUM, { keys: 7500, heads: 4 }, 1),
  tiled(WIDE, { keys: 750, heads: 4, batch: 16 }, 2),
  tiled(WIDE, { keys: 45000, heads: 4 }, 1, { left: 256, right: 256 }),
  ...backwardCandidates,
];
