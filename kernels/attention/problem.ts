import {
  asColumns,
  type Columns,
  describe,
  type Gpu,
  GpuError,
  type ParamType,
  read,
  type Tensor,
  width,
} from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";

/** Queries, keys and values; heads are adjacent column blocks, so all three may be columns of one projection. */
export interface AttentionInputs {
  /** [B, Tq, H·dh] */
  readonly q: Columns | Tensor;
  /** [B, Tk, H·dh] */
  readonly k: Columns | Tensor;
  /** [B, Tk, H·dh] */
  readonly v: Columns | Tensor;
}

/** What a query may see, and which rows are real. */
export interface AttentionMask {
  /** Hides keys behind the query's own position. */
  readonly causal?: boolean;
  /** Keys at or behind a sequence's length are hidden. */
  readonly keyLengths?: Lengths;
  /** Output rows at or behind a sequence's length are zero. */
  readonly queryLengths?: Lengths;
  /** Position among the keys of query row 0, for `causal` and windows; 0 by default. */
  readonly queryOffset?: number;
}

/** Checked attention inputs in the terms of the kernels: query t is at position t + offset and sees position ± window. */
export interface Problem {
  readonly q: Columns;
  readonly k: Columns;
  readonly v: Columns;
  readonly batch: number;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly headSize: number;
  readonly left: number;
  readonly right: number;
  readonly queryOffset: number;
  readonly keyLengths: Tensor | undefined;
  readonly queryLengths: Tensor | undefined;
}

/** A window that hides nothing; sums of three such still fit u32. */
const UNLIMITED = 2 ** 30;

/** Head sizes that the kernels' registers hold. */
const LARGEST_HEAD = 128;

/** Checks shapes and options; throws GpuError "invalid" that names the input at fault. */
export function problem(
  inputs: AttentionInputs,
  heads: number,
  mask: AttentionMask,
  window: { readonly left: number; readonly right: number } | undefined,
): Problem {
  const [q, k, v] = [asColumns(inputs.q), asColumns(inputs.k), asColumns(inputs.v)];
  const invalid = (what: string): never => {
    throw new GpuError("invalid", `attention: ${what}`);
  };
  for (const [name, { tensor, offset }] of Object.entries({ q, k, v })) {
    if (tensor.shape.length !== 3) invalid(`${name} must be [batch, time, features], not ${describe(tensor)}`);
    if (width(tensor) % 4 !== 0 || offset % 4 !== 0) {
      invalid(`${name} starts at column ${offset} of ${width(tensor)}; both must be multiples of 4`);
    }
  }
  const [batch, queries] = q.tensor.shape;
  const keys = k.tensor.shape[1];
  if (k.tensor.shape[0] !== batch || v.tensor.shape[0] !== batch || v.tensor.shape[1] !== keys) {
    invalid(`q ${describe(q.tensor)}, k ${describe(k.tensor)} and v ${describe(v.tensor)} disagree on batch or time`);
  }
  if (k.width !== q.width || v.width !== q.width) {
    invalid(`q, k and v are ${q.width}, ${k.width} and ${v.width} columns wide; they must be equal`);
  }
  const headSize = q.width / heads;
  if (!Number.isInteger(heads) || heads < 1 || headSize % 4 !== 0 || headSize > LARGEST_HEAD) {
    invalid(`${q.width} columns over ${heads} heads: a head must have a multiple of 4 up to ${LARGEST_HEAD} columns`);
  }
  const { causal = false, keyLengths, queryLengths, queryOffset = 0 } = mask;
  const [left, right] = [window?.left ?? UNLIMITED, causal ? 0 : window?.right ?? UNLIMITED];
  for (const [name, value] of Object.entries({ left, right, queryOffset })) {
    if (!Number.isInteger(value) || value < 0) invalid(`${name} must be a whole number of rows, not ${value}`);
  }
  for (const [name, rows] of [["keyLengths", keyLengths], ["queryLengths", queryLengths]] as const) {
    if (rows && rows.host.length !== batch) {
      invalid(`${name} holds ${rows.host.length} lengths for a batch of ${batch}`);
    }
  }
  return {
    q,
    k,
    v,
    batch,
    queries,
    keys,
    heads,
    headSize,
    left: Math.min(left, UNLIMITED),
    right: Math.min(right, UNLIMITED),
    queryOffset: Math.min(queryOffset, UNLIMITED),
    keyLengths: keyLengths?.device,
    queryLengths: queryLengths?.device,
  };
}

/** Uniform parameters that every attention kernel has. Strides and offsets count vec4s. */
export const problemParams = {
  batch: "u32",
  queries: "u32",
  keys: "u32",
  heads: "u32",
  q_stride: "u32",
  q_start: "u32",
  k_stride: "u32",
  k_start: "u32",
  v_stride: "u32",
  v_start: "u32",
  left: "u32",
  right: "u32",
  query_offset: "u32",
  has_key_lengths: "u32",
  has_query_lengths: "u32",
} as const satisfies Record<string, ParamType>;

/** Their values. */
export function problemValues(p: Problem): Record<keyof typeof problemParams, number> {
  const stride = ({ tensor }: Columns) => width(tensor) / 4;
  return {
    batch: p.batch,
    queries: p.queries,
    keys: p.keys,
    heads: p.heads,
    q_stride: stride(p.q),
    q_start: p.q.offset / 4,
    k_stride: stride(p.k),
    k_start: p.k.offset / 4,
    v_stride: stride(p.v),
    v_start: p.v.offset / 4,
    left: p.left,
    right: p.right,
    query_offset: p.queryOffset,
    has_key_lengths: p.keyLengths ? 1 : 0,
    has_query_lengths: p.queryLengths ? 1 : 0,
  };
}

/** Bindings of the lengths that `visibility` reads. */
export const lengthBindings = { key_lengths: read("u32"), query_lengths: read("u32") } as const;

/** The tensors to bind as lengths: a dispatch needs something there, and without lengths what it holds is not used. */
export function problemLengths(p: Problem): { key_lengths: Tensor; query_lengths: Tensor } {
  return { key_lengths: p.keyLengths ?? p.k.tensor, query_lengths: p.queryLengths ?? p.q.tensor };
}

/** WGSL: real rows of sequence b, and the keys [first_key, end_key) that the query at a position sees. */
export const visibility = `
fn key_count(b: u32) -> u32 {
  return select(params.keys, min(key_lengths[b], params.keys), params.has_key_lengths == 1u);
}
fn query_count(b: u32) -> u32 {
  return select(params.queries, min(query_lengths[b], params.queries), params.has_query_lengths == 1u);
}
fn first_key(position: u32) -> u32 { return select(0u, position - params.left, position > params.left); }
fn end_key(position: u32, keys: u32) -> u32 { return min(keys, position + params.right + 1u); }`;

/**
 * What a backward pass keeps of a row's softmax: log2 Σ 2^s over the scores s in base 2 that a query sees, and this where
 * it sees none, so that 2^(s − lse) is always the weight.
 */
export const UNSEEN = "1e30";

/** WGSL: that value, from the largest score and the sum of the weights relative to it. */
export function logSumExp(largest: string, total: string): string {
  return `select(${UNSEEN}, ${largest} + log2(${total}), ${total} > 0.0)`;
}

/** A factor of the queries that makes exp2(q·k) the softmax's numerator. */
export function queryScale(p: Problem): number {
  return Math.LOG2E / Math.sqrt(p.headSize);
}

/** The output [B, Tq, H·dh]. */
export function outputOf(gpu: Gpu, p: Problem): Tensor {
  return gpu.tensor([p.batch, p.queries, p.heads * p.headSize]);
}
