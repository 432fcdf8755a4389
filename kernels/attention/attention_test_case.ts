import type { Gpu } from "../gpu/mod.ts";
import { lengths } from "../lengths.ts";
import { TestRandom } from "../testing/mod.ts";
import type { AttentionMask } from "./attention.ts";
import { attentionBackwardReference } from "./attention_backward_reference.ts";
import { attentionReference, type ReferenceAttention } from "./attention_reference.ts";

/** Sizes, lengths (full ones where missing) and mask. */
export interface AttentionCase {
  readonly queries: number;
  readonly keys: number;
  readonly batch?: number;
  readonly heads?: number;
  readonly headSize?: number;
  readonly keyLengths?: readonly number[];
  readonly queryLengths?: readonly number[];
  readonly causal?: boolean;
  readonly queryOffset?: number;
  readonly window?: readonly [left: number, right: number] | undefined;
  /** Deviation of queries and keys: √dh-normalised scores deviate by its square. */
  readonly deviation?: number;
}

/** Random input of a case with NaN in padding rows, on the host and the device, and the reference's problem and output. */
export function attentionCase(gpu: Gpu, c: AttentionCase, seed: number) {
  const { queries, keys, batch = 1, heads = 1, headSize = 16, causal = false, queryOffset = 0, deviation = 1 } = c;
  const random = new TestRandom(seed);
  const width = heads * headSize;
  const queryLengths = c.queryLengths ?? Array(batch).fill(queries);
  const keyLengths = c.keyLengths ?? Array(batch).fill(keys);
  const data = (rows: number, real: readonly number[], deviation: number) =>
    random.normals(batch * rows * width, deviation)
      .map((x, i) => Math.floor(i / width) % rows < real[Math.floor(i / width / rows)] ? x : NaN);
  const q = data(queries, queryLengths, deviation);
  const k = data(keys, keyLengths, deviation);
  const v = data(keys, keyLengths, 1);
  const [left, right] = c.window ?? [Infinity, Infinity];
  const reference: ReferenceAttention = {
    batch,
    queries,
    keys,
    heads,
    headSize,
    q,
    k,
    v,
    sees: (t, j) => {
      const ahead = j - (t + queryOffset);
      return -ahead <= left && ahead <= (causal ? 0 : right);
    },
    keyLengths,
    queryLengths,
  };
  const inputs = {
    q: gpu.upload(q, [batch, queries, width]),
    k: gpu.upload(k, [batch, keys, width]),
    v: gpu.upload(v, [batch, keys, width]),
  };
  const mask: AttentionMask = {
    causal,
    queryOffset,
    ...(c.keyLengths ? { keyLengths: lengths(gpu, keyLengths, keys) } : {}),
    ...(c.queryLengths ? { queryLengths: lengths(gpu, queryLengths, queries) } : {}),
  };
  return { reference, expected: attentionReference(reference), inputs, mask, heads, host: { q, k, v }, width };
}

/** A case with a random gradient of its output, NaN in padding, and the reference's gradients. */
export function gradientCase(gpu: Gpu, c: AttentionCase, seed: number) {
  const made = attentionCase(gpu, c, seed);
  const { reference, width } = made;
  const random = new TestRandom(seed + 1);
  const dy = random.normals(made.expected.length)
    .map((x, i) =>
      Math.floor(i / width) % c.queries < reference.queryLengths[Math.floor(i / width / c.queries)] ? x : NaN
    );
  return {
    ...made,
    dy: gpu.upload(dy, [reference.batch, c.queries, width]),
    expected: attentionBackwardReference(reference, dy),
  };
}
