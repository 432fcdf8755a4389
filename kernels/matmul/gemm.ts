import { type Binding, type Kernel, kernel, type ParamType, read, variants, write } from "../gpu/mod.ts";
import { type Epilogue, epilogueBindings, epilogueName, epilogueWgsl } from "./epilogue.ts";
import { gemmBody } from "./gemm_body.ts";
import { type Layout, windowWgsl } from "./loader.ts";
import { type Output, OUTPUT_PARAMS, outputWgsl } from "./output.ts";
import { type Tile, tileName } from "./tile.ts";

/** What is baked into a product's kernel, besides its tile. */
export interface GemmForm extends Epilogue {
  readonly layoutA: Layout;
  readonly layoutB: "along" | "across";
  /** Whether A, B and the output (with bias and residual) are read and written as vec4f. */
  readonly vectorA: boolean;
  readonly vectorB: boolean;
  readonly vectorY: boolean;
  /** Whether k is not a multiple of the tile's. */
  readonly ragged: boolean;
  /** Whether sequences have lengths: past them, frames that windows of A see are zero, and rows of the output are. */
  readonly inputLengths?: boolean;
  readonly outputLengths?: boolean;
  /**
   * A sum over params.parts products with a k of its own each, taken in steps of the tile's k. `split`: a workgroup takes
   * params.chunk of all steps, and the results count as a batch. `taps`: it takes all of them, but for the first part where
   * that is a tap that a convolution's kernel has not (see conv1d_backward.ts).
   */
  readonly parts?: "split" | "taps";
  /** Absent: `dense`. */
  readonly output?: Output;
  /** Whether each result of a split has one more row, with the sums of B's columns: the gradient of a bias. */
  readonly columnSums?: boolean;
}

const PARAMS: Record<string, ParamType> = {
  m: "u32",
  n: "u32",
  k: "u32",
  batch: "u32",
  scale: "f32",
  a_stride: "u32",
  a_offset: "u32",
  a_batch: "u32",
  b_stride: "u32",
  b_offset: "u32",
  b_batch: "u32",
};
const FRAME_PARAMS: Record<string, ParamType> = {
  out_frames: "u32",
  frames: "u32",
  channels: "u32",
  stride: "u32",
  pad_left: "u32",
};
const WINDOW_PARAMS: Record<string, ParamType> = { frames: "u32", channels: "u32" };
/** `products`: the batch without the splits. `a_part`, `b_part`: elements of an operand from one part to the next. */
const PARTS_PARAMS: Record<string, ParamType> = {
  products: "u32",
  parts: "u32",
  chunk: "u32",
  a_part: "u32",
  b_part: "u32",
};

/** The tiled product y = epilogue(A·B) as a kernel. */
export function gemmKernel(tile: Tile, form: GemmForm): Kernel {
  return made(JSON.stringify([tile, form]));
}

const made = variants((key: string): Kernel => {
  const [tile, form]: [Tile, GemmForm] = JSON.parse(key);
  const { layoutA, layoutB, vectorA, vectorB, vectorY, ragged, inputLengths = false, outputLengths = false } = form;
  const output = form.output ?? { to: "dense", adds: false };
  const typeY = vectorY ? "vec4f" : "f32";
  const windows = layoutA === "frames" || layoutA === "windows";
  const bindings: Record<string, Binding> = {
    a: read(vectorA ? "vec4f" : "f32"),
    b: read(vectorB ? "vec4f" : "f32"),
    ...epilogueBindings(form, typeY),
    ...(inputLengths ? { input_lengths: read("u32") } : {}),
    ...(outputLengths ? { output_lengths: read("u32") } : {}),
    y: write(typeY),
  };
  const widths = `${vectorA ? 4 : 1}${vectorB ? 4 : 1}${vectorY ? 4 : 1}${ragged ? " ragged" : ""}`;
  const gradient = [form.parts, output.to !== "dense" && output.to, output.adds && "adds", form.columnSums && "sums"];
  const name = [
    `${windows ? "conv1d" : "matmul"} ${tileName(tile)} ${layoutA}-${layoutB} ${widths}${epilogueName(form)}`,
    ...gradient.filter((word) => word),
  ].join(" ");
  return kernel(
    name,
    {
      ...PARAMS,
      ...(layoutA === "frames" ? FRAME_PARAMS : layoutA === "windows" ? WINDOW_PARAMS : {}),
      ...(form.parts ? PARTS_PARAMS : {}),
      ...OUTPUT_PARAMS[output.to],
    },
    bindings,
    [
      epilogueWgsl(form, typeY, true),
      layoutA === "frames" ? windowWgsl(inputLengths) : "",
      outputWgsl(output, vectorY, outputLengths),
      gemmBody(tile, form),
    ].join("\n"),
  );
});
