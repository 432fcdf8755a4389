import { type ParamType, unroll } from "../gpu/mod.ts";

/**
 * Where a product's sums go. `dense`: y [batch, m, n]. `columns`: element (row, column) of product `batch` at y_offset +
 * batch·y_batch + row·y_stride + column. `frames`: the frames of x of which every x_stride-th is a row, product `batch`
 * having those that begin at frame batch − x_pad (the gradient of a convolution, see conv1d_backward.ts). `adds`: to what is there.
 */
export interface Output {
  readonly to: "dense" | "columns" | "frames";
  readonly adds: boolean;
}

/** Parameters that an output has besides m and n. */
export const OUTPUT_PARAMS: Readonly<Record<Output["to"], Record<string, ParamType>>> = {
  dense: {},
  columns: { y_stride: "u32", y_offset: "u32", y_batch: "u32" },
  frames: { x_frames: "u32", x_stride: "u32", x_pad: "u32", taps: "u32" },
};

/**
 * WGSL of `fn put(batch, row, column, sum)`, which writes the epilogue of four sums where they lie inside. `vector`: the
 * output is array<vec4f>. `lengths`: rows past a sequence's length (output_lengths) are zero.
 */
export function outputWgsl({ to, adds }: Output, vector: boolean, lengths: boolean): string {
  const live = lengths ? (value: string, zero: string) => `select(${zero}, ${value}, live)` : (value: string) => value;
  const put = (at: string, value: string) => `y[${at}] = ${adds ? `y[${at}] + ` : ""}${value};`;
  return `
fn put(batch: u32, row: u32, column: u32, sum: vec4f) {
  if (row >= params.m || column >= params.n) { return; }
  ${ADDRESS[to]}
  ${
    !lengths
      ? ""
      : to === "frames"
      ? "let live = frame < output_lengths[sequence];"
      : `let sequence = row / params.out_frames;
  let live = row - sequence * params.out_frames < output_lengths[sequence];`
  }
  ${
    vector
      ? put("at / 4u", live("epilogue(at / 4u, column / 4u, sum)", "vec4f()"))
      : unroll(4, (j) =>
        `if (column + ${j}u < params.n) { ${
          put(`at + ${j}u`, live(`epilogue(at + ${j}u, column + ${j}u, sum.${"xyzw"[j]})`, "0.0"))
        } }`)
  }
}`;
}

const ADDRESS: Readonly<Record<Output["to"], string>> = {
  dense: "let at = (batch * params.m + row) * params.n + column;",
  columns: "let at = params.y_offset + batch * params.y_batch + row * params.y_stride + column;",
  frames: `let sequence = row / params.out_frames;
  let frame = (row - sequence * params.out_frames) * params.x_stride + batch - params.x_pad;
  if (frame >= params.x_frames) { return; } // before the first frame it wraps
  let at = (sequence * params.x_frames + frame) * params.n + column;`,
};
