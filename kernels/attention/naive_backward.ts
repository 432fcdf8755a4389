import { asColumns, type Gpu, type Tensor } from "../gpu/mod.ts";
import type { AttentionTargets } from "./gradient_places.ts";
import { naiveTile } from "./naive.ts";
import { type NaiveTile, scoreGradients, type Scores } from "./naive_scores.ts";
import { gradientSums } from "./naive_sums.ts";
import type { Problem } from "./problem.ts";
import { rowStats } from "./row_stats.ts";

/**
 * Gradients of `naiveAttention` as they are written: with the weights P that it kept, dv = Pᵀ·dy, dS = P ∘ (dy·vᵀ − D) in
 * P's place, dk = dSᵀ·q, dq = dS·k, written in this order. y: the output. dy [B, Tq, H·dh].
 */
export function naiveBackward(
  gpu: Gpu,
  p: Problem,
  kept: readonly Scores[],
  y: Tensor,
  dy: Tensor,
  targets: AttentionTargets,
  tileFor: (rows: number) => NaiveTile = (rows) => naiveTile(gpu, rows),
): void {
  using _scope = gpu.scope();
  const stats = rowStats(gpu, p, y, dy, undefined);
  for (const scores of kept) {
    if (targets.v) gradientSums(gpu, p, tileFor(p.keys), scores, "keys", asColumns(dy), targets.v);
    scoreGradients(gpu, p, tileFor(p.queries), scores, dy, stats);
    if (targets.k) gradientSums(gpu, p, tileFor(p.keys), scores, "keys", p.q, targets.k);
    if (targets.q) gradientSums(gpu, p, tileFor(p.queries), scores, "queries", p.k, targets.q);
  }
}
