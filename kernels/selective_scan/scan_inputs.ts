import { asColumns, type Columns, describe, expectShape, type Tensor } from "../gpu/mod.ts";

/** What varies with time; each may be columns of a wider tensor. */
export interface ScanInputs {
  /** [B, L, D]. */
  readonly u: Tensor | Columns;
  /** Steps before bias and softplus, [B, L, D]. */
  readonly delta: Tensor | Columns;
  /** Input matrix, [B, L, N]. */
  readonly b: Tensor | Columns;
  /** Output matrix, [B, L, N]. */
  readonly c: Tensor | Columns;
  /** Gate before SiLU, [B, L, D]; without it y is not gated. */
  readonly z?: Tensor | Columns;
}

/** What is learnt. */
export interface ScanWeights {
  /** A = −exp(aLog), [D, N]. N is a multiple of 4 up to 64. */
  readonly aLog: Tensor;
  /** Skip connection, [D]. */
  readonly d: Tensor;
  /** [D]. */
  readonly dtBias: Tensor;
}

/** The sizes of a scan. Throws RangeError where the shapes contradict each other. */
export function scanShape(
  inputs: ScanInputs,
  { aLog, d, dtBias }: ScanWeights,
): { batch: number; length: number; channels: number; states: number } {
  const u = asColumns(inputs.u);
  if (u.tensor.shape.length !== 3) throw new RangeError(`u: expected [B, L, D], got ${describe(u.tensor)}`);
  const [batch, length] = u.tensor.shape;
  const channels = u.width;
  const states = asColumns(inputs.b).width;
  if (states % 4 !== 0 || states > 64) {
    throw new RangeError(`b has ${states} columns: the state size must be a multiple of 4 up to 64`);
  }
  const expectColumns = (name: string, x: Tensor | Columns | undefined, width: number): void => {
    if (!x) return;
    const { tensor, width: got } = asColumns(x);
    expectShape(name, tensor, [batch, length, -1]);
    if (got !== width) throw new RangeError(`${name}: expected ${width} columns, got ${got} of ${describe(tensor)}`);
  };
  expectColumns("delta", inputs.delta, channels);
  expectColumns("z", inputs.z, channels);
  expectColumns("c", inputs.c, states);
  expectColumns("b", inputs.b, states);
  expectShape("aLog", aLog, [channels, states]);
  expectShape("d", d, [channels]);
  expectShape("dtBias", dtBias, [channels]);
  return { batch, length, channels, states };
}

/** The tensors that the inputs lie in, by binding. */
export function dense({ u, delta, b, c, z }: ScanInputs): Record<string, Tensor> {
  const tensors = {
    u: asColumns(u).tensor,
    delta: asColumns(delta).tensor,
    b: asColumns(b).tensor,
    c: asColumns(c).tensor,
  };
  return z ? { ...tensors, z: asColumns(z).tensor } : tensors;
}

/** Uniform parameters of where the inputs lie, in elements: row strides, and `at`, a row's first column. */
export const LAYOUT_PARAMS = {
  u_stride: "u32",
  u_at: "u32",
  delta_stride: "u32",
  delta_at: "u32",
  z_stride: "u32",
  z_at: "u32",
  b_stride: "u32",
  b_at: "u32",
  c_stride: "u32",
  c_at: "u32",
} as const;

/** Their values; zeros for a gate that is not there. */
export function layout({ u, delta, b, c, z }: ScanInputs): Record<keyof typeof LAYOUT_PARAMS, number> {
  const of = (x: Tensor | Columns): [stride: number, at: number] => {
    const { tensor, offset } = asColumns(x);
    return [tensor.shape[2], offset];
  };
  const [u_stride, u_at] = of(u);
  const [delta_stride, delta_at] = of(delta);
  const [b_stride, b_at] = of(b);
  const [c_stride, c_at] = of(c);
  const [z_stride, z_at] = z ? of(z) : [0, 0];
  return { u_stride, u_at, delta_stride, delta_at, b_stride, b_at, c_stride, c_at, z_stride, z_at };
}
