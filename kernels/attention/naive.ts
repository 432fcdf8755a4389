import type { Gpu, Tensor } from "../gpu/mod.ts";
import { type NaiveTile, scoreProducts, type Scores } from "./naive_scores.ts";
import { scoreSoftmax } from "./naive_softmax.ts";
import { weightedSums } from "./naive_sums.ts";
import { outputOf, type Problem } from "./problem.ts";

/** The tile for a number of queries on this device. */
export function naiveTile(gpu: Gpu, queries: number): NaiveTile {
  if (gpu.adapter.isSoftware || queries <= 32) return { queries: 32, rows: 4 };
  return { queries: 64, rows: 8 };
}

/**
 * Attention as it is written: scores q·kᵀ in memory, softmax over their rows in place, product with the values. Memory is
 * O(T²). Scores of as many (sequence, head) pairs as one binding holds are made at a time. Throws GpuError "over-limit"
 * where one pair's do not fit. With `kept` the softmax weights of all pairs stay, in tensors of the caller's scope that are
 * added to it.
 */
export function naiveAttention(
  gpu: Gpu,
  p: Problem,
  tile: NaiveTile = naiveTile(gpu, p.queries),
  bindingBytes: number = Math.min(gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxBufferSize),
  kept?: Scores[],
): Tensor {
  using scope = gpu.scope();
  const out = outputOf(gpu, p);
  const stride = Math.max(4, 4 * Math.ceil(p.keys / 4));
  const total = p.batch * p.heads;
  const most = Math.max(1, Math.min(total, Math.floor(bindingBytes / (4 * p.queries * stride))));
  const shared = kept ? undefined : gpu.tensor([most, p.queries, stride]);
  for (let firstPair = 0; firstPair < total; firstPair += most) {
    const pairs = Math.min(most, total - firstPair);
    const tensor = shared ?? scope.keep(gpu.tensor([pairs, p.queries, stride]));
    const scores = { tensor, firstPair, pairs };
    kept?.push(scores);
    scoreProducts(gpu, p, tile, scores);
    scoreSoftmax(gpu, p, scores);
    weightedSums(gpu, p, tile, scores, out);
  }
  return scope.keep(out);
}
