import { type Binding, type Kernel, type ParamType, size, type Tensor } from "../../../kernels/gpu/mod.ts";

/** One dispatch as it is recorded. */
export interface Dispatch {
  readonly kernel: Pick<Kernel<Record<string, ParamType>, Record<string, Binding>>, "name">;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly params: Readonly<Record<string, number>>;
}

/**
 * Floating-point operations of a dispatch by the formulas that the kernels' own benchmarks use: 2 m n k of products of
 * matrices and convolutions, 4 for each query, key and channel of attention (each key within the window), 7 N + 8 for each
 * step and channel of a scan with N states, 2 for each tap of a causal convolution. What else there is (norms, activations,
 * log-mel, sums over chunks) is not counted: 0.
 */
export function flopsOf({ kernel: { name }, tensors, params }: Dispatch): number {
  const { batch = 1, m, n, k } = params;
  if (/^(matmul|conv1d) /.test(name)) return 2 * batch * m * n * k;
  if (/^flash attention \d/.test(name) && tensors.out) {
    const { queries, keys, left, right } = params;
    return 4 * pairsSeen(queries, keys, left, right) * size(tensors.out) / queries;
  }
  if (/^selective_scan (output|step) /.test(name)) {
    const states = tensors.a_log.shape[1];
    return size(tensors.y) * (7 * states + 8);
  }
  if (/^causal_conv1d /.test(name)) return 2 * size(tensors.y) * tensors.weight.shape[0];
  return 0;
}

/** Pairs of a query and a key that it sees, in one sequence, where query and key of the same number are at the same time. */
function pairsSeen(queries: number, keys: number, left: number, right: number): number {
  let pairs = 0;
  for (let q = 0; q < queries; q++) {
    pairs += Math.max(0, Math.min(keys - 1, q + right) - Math.max(0, q - left) + 1);
  }
  return pairs;
}
