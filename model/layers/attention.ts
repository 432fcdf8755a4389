import { attention as attentionKernel, type AttentionForm } from "../../kernels/attention/attention.ts";
import { columns, type Gpu, type Tensor } from "../../kernels/gpu/mod.ts";
import { appendRows, offsetLengths } from "../../kernels/kv_cache/kv_cache.ts";
import type { Lengths } from "../../kernels/lengths.ts";
import type { Parameters } from "../parameters.ts";
import { residualLinear } from "./dropout.ts";
import { linear, type LinearWeights, linearWeights, normedLinear } from "./linear.ts";
import { type NormWeights, normWeights } from "./norm.ts";

/** Multi-head self-attention: a norm, one projection to queries, keys and values [d, 3d], one back [d, d]. */
export interface SelfAttentionWeights {
  readonly norm: NormWeights;
  readonly queryKeyValue: LinearWeights;
  readonly out: LinearWeights;
}

/** Declares self-attention. */
export function selfAttentionWeights(p: Parameters, width: number): SelfAttentionWeights {
  return {
    norm: normWeights(p.at("norm"), width),
    queryKeyValue: linearWeights(p.at("qkv"), width, 3 * width),
    out: linearWeights(p.at("out"), width, width),
  };
}

/** x + Attention(LN x) over each sequence's real rows, `causal`: over those up to its own. x [B, T, d] → [B, T, d]. */
export function selfAttention(
  gpu: Gpu,
  weights: SelfAttentionWeights,
  x: Tensor,
  { form, heads, lengths, causal = false }: {
    form: AttentionForm;
    heads: number;
    lengths: Lengths;
    causal?: boolean;
  },
): Tensor {
  using scope = gpu.scope();
  const d = x.shape[2];
  const qkv = normedLinear(gpu, weights.norm, weights.queryKeyValue, x);
  const inputs = { q: columns(qkv, 0, d), k: columns(qkv, d, d), v: columns(qkv, 2 * d, d) };
  const mixed = attentionKernel(gpu, form, inputs, heads, { causal, keyLengths: lengths, queryLengths: lengths });
  return scope.keep(residualLinear(gpu, weights.out, mixed, x));
}

/** Keys and values [B, rows, 2d] of the past, one after another from row 0; what a transformer decoder remembers. */
export interface KeyValueCache {
  readonly rows: Tensor;
  /** Rows that were there before the first token (a concatenated memory), by sequence. */
  readonly start: Lengths;
}

/** An empty cache with room for `rows`. `start`: how many of them each sequence's memory will take. */
export function keyValueCache(gpu: Gpu, rows: number, width: number, start: Lengths): KeyValueCache {
  return { rows: gpu.tensor([start.host.length, rows, 2 * width], "f32", "state"), start };
}

/**
 * x + Attention(LN x), causally, of one token a sequence, the `position`-th behind the cache's start, which it joins.
 * x [B, 1, d] → [B, 1, d].
 */
export function cachedSelfAttention(
  gpu: Gpu,
  weights: SelfAttentionWeights,
  x: Tensor,
  heads: number,
  cache: KeyValueCache,
  position: number,
): Tensor {
  using scope = gpu.scope();
  const d = x.shape[2];
  const qkv = normedLinear(gpu, weights.norm, weights.queryKeyValue, x);
  appendRows(gpu, columns(qkv, d, 2 * d), cache.rows, cache.start, position);
  const inputs = { q: columns(qkv, 0, d), k: columns(cache.rows, 0, d), v: columns(cache.rows, d, d) };
  const keyLengths = offsetLengths(gpu, cache.start, position + 1);
  const mixed = attentionKernel(gpu, { kind: "flash" }, inputs, heads, { keyLengths });
  return scope.keep(linear(gpu, weights.out, mixed, "none", x));
}

/** The same over a memory put before the tokens; its keys and values fill the cache's first rows. */
export function prefillSelfAttention(
  gpu: Gpu,
  weights: SelfAttentionWeights,
  x: Tensor,
  heads: number,
  cache: KeyValueCache,
): Tensor {
  using scope = gpu.scope();
  const [batch, , d] = x.shape;
  const lengths = cache.start;
  const qkv = normedLinear(gpu, weights.norm, weights.queryKeyValue, x);
  const none: Lengths = { host: lengths.host.map(() => 0), device: gpu.zeros([batch], "u32") };
  appendRows(gpu, columns(qkv, d, 2 * d), cache.rows, none, 0);
  const inputs = { q: columns(qkv, 0, d), k: columns(qkv, d, d), v: columns(qkv, 2 * d, d) };
  const mixed = attentionKernel(gpu, { kind: "flash" }, inputs, heads, {
    causal: true,
    keyLengths: lengths,
    queryLengths: lengths,
  });
  return scope.keep(linear(gpu, weights.out, mixed, "none", x));
}
