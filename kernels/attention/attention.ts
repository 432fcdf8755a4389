import { type Gpu, GpuError, type Tensor } from "../gpu/mod.ts";
import { flashAttention } from "./flash.ts";
import { flashBackward } from "./flash_backward.ts";
import type { AttentionTargets } from "./gradient_places.ts";
import { naiveAttention } from "./naive.ts";
import { naiveBackward } from "./naive_backward.ts";
import type { Scores } from "./naive_scores.ts";
import { type AttentionInputs, type AttentionMask, type Problem, problem } from "./problem.ts";

export type { AttentionInputs, AttentionMask } from "./problem.ts";

/**
 * How attention is computed: `naive` holds all scores in memory, `flash` none of them, both with the same result; `window`
 * lets the query at position t see keys t − left … t + right only, in O(T·window) time.
 */
export type AttentionForm =
  | { readonly kind: "naive" }
  | { readonly kind: "flash" }
  | { readonly kind: "window"; readonly left: number; readonly right: number };

/**
 * Scaled dot-product attention softmax(q·kᵀ / √dh)·v per head (Vaswani et al. 2017), in float32. Heads are adjacent
 * column blocks of width dh, a multiple of 4 up to 128. A query that sees no key, and one behind its sequence's
 * `queryLengths`, gives zeros, and gets a gradient of zeros. q [B, Tq, H·dh], k and v [B, Tk, H·dh] → [B, Tq, H·dh].
 *
 * A tape keeps the output and a log-sum-exp [B, Tq, H] for the gradients, of the naive form all weights instead.
 *
 * Throws GpuError "invalid" for shapes that do not fit together, and "over-limit" where the naive form's scores of one
 * head do not fit into one buffer binding.
 */
export function attention(
  gpu: Gpu,
  form: AttentionForm,
  inputs: AttentionInputs,
  heads: number,
  mask: AttentionMask = {},
): Tensor {
  using scope = gpu.scope();
  const p = problem(inputs, heads, mask, form.kind === "window" ? form : undefined);
  const recorded = [p.q, p.k, p.v].some((x) => gpu.tape?.tracks(x));
  return scope.keep(form.kind === "naive" ? naive(gpu, p, recorded) : flash(gpu, p, recorded));
}

function flash(gpu: Gpu, p: Problem, recorded: boolean): Tensor {
  if (!recorded) return flashAttention(gpu, p);
  const lse = gpu.tensor([p.batch, p.queries, p.heads]);
  const y = flashAttention(gpu, p, undefined, undefined, lse);
  record(gpu, p, y, [lse], (dy, targets) => flashBackward(gpu, p, y, lse, dy, targets));
  return y;
}

function naive(gpu: Gpu, p: Problem, recorded: boolean): Tensor {
  const kept: Scores[] | undefined = recorded ? [] : undefined;
  try {
    const y = naiveAttention(gpu, p, undefined, undefined, kept);
    if (kept) {
      const weights = kept.map(({ tensor }) => tensor);
      record(gpu, p, y, weights, (dy, targets) => naiveBackward(gpu, p, kept, y, dy, targets));
    }
    return y;
  } catch (error) {
    if (!(error instanceof GpuError) || error.failure !== "over-limit") throw error;
    throw new GpuError(
      "over-limit",
      `naive attention keeps ${p.queries}×${p.keys} scores per head in memory: ${error.message}, or flash attention`,
    );
  }
}

/** Gradients of the same columns are asked for in the order in which they are written: v, k, q. */
function record(
  gpu: Gpu,
  p: Problem,
  y: Tensor,
  kept: readonly Tensor[],
  backward: (dy: Tensor, targets: AttentionTargets) => void,
): void {
  const saved = [p.q, p.k, p.v, p.keyLengths, p.queryLengths, y, ...kept];
  gpu.tape?.record("attention", [p.q, p.k, p.v], [y], saved, (tape) => {
    const dy = tape.gradientOf(y);
    if (!dy) return;
    const v = tape.gradientInto(p.v);
    const k = tape.gradientInto(p.k);
    const q = tape.gradientInto(p.q);
    backward(dy, { q, k, v });
  });
}
