import {
  type Binding,
  type Kernel,
  kernel,
  type ParamType,
  read,
  unroll,
  unroll2,
  variants,
  write,
} from "../gpu/mod.ts";
import { type Epilogue, epilogueBindings, epilogueName, epilogueWgsl } from "./epilogue.ts";
import { declareTile, type Layout, loader, windowWgsl } from "./loader.ts";
import { type Tile, tileName, tileThreads } from "./tile.ts";

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
  /** Whether sequences have lengths (layout `frames` only): input and output frames past them are zero. */
  readonly lengths: boolean;
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

/** The tiled product y = epilogue(A·B) as a kernel. */
export function gemmKernel(tile: Tile, form: GemmForm): Kernel {
  return made(JSON.stringify([tile, form]));
}

const made = variants((key: string): Kernel => {
  const [tile, form]: [Tile, GemmForm] = JSON.parse(key);
  const { layoutA, layoutB, vectorA, vectorB, vectorY, ragged, lengths } = form;
  const typeY = vectorY ? "vec4f" : "f32";
  const windows = layoutA === "frames";
  const bindings: Record<string, Binding> = {
    a: read(vectorA ? "vec4f" : "f32"),
    b: read(vectorB ? "vec4f" : "f32"),
    ...epilogueBindings(form, typeY),
    ...(lengths ? { input_lengths: read("u32"), output_lengths: read("u32") } : {}),
    y: write(typeY),
  };
  const widths = `${vectorA ? 4 : 1}${vectorB ? 4 : 1}${vectorY ? 4 : 1}${ragged ? " ragged" : ""}`;
  return kernel(
    `${windows ? "conv1d" : "matmul"} ${tileName(tile)} ${layoutA}-${layoutB} ${widths}${epilogueName(form)}`,
    windows ? { ...PARAMS, ...FRAME_PARAMS } : PARAMS,
    bindings,
    [epilogueWgsl(form, typeY, true), windows ? windowWgsl(lengths) : "", body(tile, form)].join("\n"),
  );
});

function body(tile: Tile, { layoutA, layoutB, vectorA, vectorB, vectorY, ragged, lengths }: GemmForm): string {
  const threads = tileThreads(tile);
  const stages = tile.pipelining === "double" ? 2 : 1;
  const a = loader("a", layoutA, tile, vectorA, ragged);
  const b = loader("b", layoutB, tile, vectorB, ragged);
  // A thread's outputs are 4 × 4 blocks, spread so that neighbouring threads read neighbouring vec4s.
  const down = tile.m / tile.rows; // threads over the rows
  const right = tile.n / tile.columns;
  const blocksDown = tile.rows / 4;
  const blocksRight = tile.columns / 4;
  // 32 threads that run in step cover `lanesRight` × (32 / lanesRight) blocks, which reads least workgroup memory.
  const lanesRight = Math.min(8, right);
  const lanesDown = Math.min(32 / lanesRight, down);
  const lanes = lanesRight * lanesDown;
  // Neighbours share a column block and next but ones a row block: NVIDIA then serves a vec4 read in two turns, not four.
  const zigzag = lanesRight > 1 && lanesDown > 1;
  const laneX = zigzag ? `local / 2u % ${lanesRight}u` : `local % ${lanesRight}u`;
  const laneY = zigzag
    ? `(local % 2u + local / ${2 * lanesRight}u % ${lanesDown / 2}u * 2u)`
    : `local / ${lanesRight}u % ${lanesDown}u`;

  const compute = (stage: string) =>
    unroll(tile.k, (k) => {
      const reads = [
        unroll(blocksDown, (i) => `let a${i} = ${a.at(stage, k, `${i * down}u + ty`)};`),
        unroll(blocksRight, (j) => `let b${j} = ${b.at(stage, k, `${j * right}u + tx`)};`),
      ];
      const products = unroll2(
        tile.rows,
        blocksRight,
        (r, j) => `c${r}_${j} = fma(vec4f(a${r >> 2}.${"xyzw"[r % 4]}), b${j}, c${r}_${j});`,
      );
      return `{\n${reads.join("\n")}\n${products}\n}`;
    });
  const load = (k0: string) => `${a.load(k0)}\n${b.load(k0)}`;
  const store = (stage: string) => `${a.store(stage)}\n${b.store(stage)}`;
  const loop = {
    plain: `
  for (var k0 = 0u; k0 < params.k; k0 += ${tile.k}u) {
    ${load("k0")}
    workgroupBarrier();
    ${store("0")}
    workgroupBarrier();
    ${compute("0")}
  }`,
    prefetch: `
  ${load("0u")}
  for (var k0 = 0u; k0 < params.k; k0 += ${tile.k}u) {
    workgroupBarrier();
    ${store("0")}
    workgroupBarrier();
    let next = k0 + ${tile.k}u;
    if (next < params.k) {
      ${load("next")}
    }
    ${compute("0")}
  }`,
    double: `
  ${load("0u")}
  ${store("0")}
  workgroupBarrier();
  for (var k0 = 0u; k0 < params.k; k0 += ${tile.k}u) {
    let next = k0 + ${tile.k}u;
    let stage = (k0 / ${tile.k}u) & 1u;
    if (next < params.k) {
      ${load("next")}
    }
    ${compute("stage")}
    if (next < params.k) {
      let other = stage ^ 1u;
      ${store("other")}
    }
    workgroupBarrier();
  }`,
  }[tile.pipelining];

  return `
${declareTile("a", tile, stages)}
${declareTile("b", tile, stages)}

fn put(batch: u32, row: u32, column: u32, sum: vec4f) {
  if (row >= params.m || column >= params.n) { return; }
  let at = (batch * params.m + row) * params.n + column;
  ${
    lengths
      ? `let sequence = row / params.out_frames;
  let live = row - sequence * params.out_frames < output_lengths[sequence];`
      : ""
  }
  ${
    vectorY
      ? `y[at / 4u] = ${masked("epilogue(at / 4u, column / 4u, sum)", "vec4f()", lengths)};`
      : unroll(4, (j) =>
        `if (column + ${j}u < params.n) { y[at + ${j}u] = ${
          masked(`epilogue(at + ${j}u, column + ${j}u, sum.${"xyzw"[j]})`, "0.0", lengths)
        }; }`)
  }
}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let tiles_m = (params.m + ${tile.m - 1}u) / ${tile.m}u;
  let tiles_n = (params.n + ${tile.n - 1}u) / ${tile.n}u;
  let id = group.y * groups.x + group.x;
  let batch = id / (tiles_m * tiles_n);
  if (batch >= params.batch) { return; }
  let in_batch = id - batch * tiles_m * tiles_n;
  let row0 = in_batch / tiles_n * ${tile.m}u;
  let column0 = in_batch % tiles_n * ${tile.n}u;
  let tx = ${laneX} + ${lanesRight}u * (local / ${lanes}u % ${right / lanesRight}u);
  let ty = ${laneY} + ${lanesDown}u * (local / ${lanes * right / lanesRight}u % ${down / lanesDown}u);
  ${layoutA === "frames" ? "" : "let a_start = params.a_offset + batch * params.a_batch;"}
  let b_start = params.b_offset + batch * params.b_batch;
  ${a.declarations}
  ${b.declarations}
  ${unroll2(tile.rows, blocksRight, (r, j) => `var c${r}_${j}: vec4f;`)}
  ${loop}
  ${
    unroll2(tile.rows, blocksRight, (r, j) => {
      const row = `row0 + 4u * (${(r >> 2) * down}u + ty) + ${r % 4}u`;
      return `put(batch, ${row}, column0 + 4u * (${j * right}u + tx), c${r}_${j});`;
    })
  }
}`;
}

function masked(value: string, zero: string, lengths: boolean): string {
  return lengths ? `select(${zero}, ${value}, live)` : value;
}
