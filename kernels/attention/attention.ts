import { type Gpu, GpuError, type Tensor } from "../gpu/mod.ts";
import { flashAttention } from "./flash.ts";
import { naiveAttention } from "./naive.ts";
import { type AttentionInputs, type AttentionMask, problem } from "./problem.ts";

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
 * `queryLengths`, gives zeros. q [B, Tq, H·dh], k and v [B, Tk, H·dh] → [B, Tq, H·dh].
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
  const p = problem(inputs, heads, mask, form.kind === "window" ? form : undefined);
  if (form.kind !== "naive") return flashAttention(gpu, p);
  try {
    return naiveAttention(gpu, p);
  } catch (error) {
    if (!(error instanceof GpuError) || error.failure !== "over-limit") throw error;
    throw new GpuError(
      "over-limit",
      `naive attention keeps ${p.queries}×${p.keys} scores per head in memory: ${error.message}, or flash attention`,
    );
  }
}
