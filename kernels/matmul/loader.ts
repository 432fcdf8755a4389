import { acrossLoader } from "./loader_across.ts";
import { alongLoader } from "./loader_along.ts";
import { type Tile, tileThreads } from "./tile.ts";

/**
 * Where an operand's elements come from. Both operands are wanted in workgroup memory as [k][extent], extent being the
 * rows of A or the columns of B. `along`: memory runs along the extent (A transposed, B as it is), so vec4s are copied.
 * `across`: memory runs along k (A as it is, B transposed), so each thread takes 4 × 4 elements and turns them.
 * `frames`: rows of A are overlapping windows of a sequence of frames (convolution over time), across. `windows`: the same
 * transposed, so along: the windows of one sequence are its k.
 */
export type Layout = "along" | "across" | "frames" | "windows";

/** The WGSL that brings tiles of one operand to workgroup memory. */
export interface Loader {
  /** Variables of a thread: addresses and the registers that hold elements on their way. */
  readonly declarations: string;
  /** Loads elements k0 … k0 + tile.k to registers. */
  load(k0: string): string;
  /** Writes the registers to the tile `stage` in workgroup memory. */
  store(stage: string): string;
  /** Adds the registers to `<name>_sum`, where memory runs along the extent: sums over k. */
  readonly sum?: string;
  /** The vec4 with elements 4·group … + 3 of k, of the tile `stage`. */
  at(stage: string, k: number, group: string): string;
}

/**
 * Declaration of `stages` tiles in workgroup memory, as [stage][k / 4][k % 4][extent / 4]. naga clamps every index that is
 * not a constant; split like this the ones that vary in the unrolled product are constants, and the rest is one address.
 */
export function declareTile(name: "a" | "b", tile: Tile, stages: number): string {
  const quads = (name === "a" ? tile.m : tile.n) / 4;
  return `var<workgroup> tile_${name}: array<array<array<array<vec4f, ${quads}>, 4>, ${tile.k / 4}>, ${stages}>;`;
}

/** An operand and how its tiles are loaded, for the writers of loaders. */
export interface LoaderForm {
  readonly name: "a" | "b";
  readonly layout: Layout;
  readonly tile: Tile;
  /** Whether its buffer is array<vec4f>; all strides, offsets and lengths are then multiples of 4. */
  readonly vector: boolean;
  /** Whether the last tile may go past params.k. */
  readonly ragged: boolean;
  /** Whether the sum has parts: `<name>_from` is added to every address. */
  readonly parts: boolean;
}

/** How a loader's work is shared out among a workgroup's threads. */
export interface Share {
  /** WGSL of where the tile begins, and of how many rows or columns there are. */
  readonly origin: string;
  readonly limit: string;
  /** vec4s of the tile along the extent. */
  readonly quads: number;
  readonly threads: number;
  /** Items that a thread loads, the last perhaps in vain. */
  readonly each: number;
  /** `text` for a thread's item i, run where there is one. */
  guard(i: number, text: string): string;
}

/**
 * Loader of an operand whose tile begins at row0 (or column0) of params.m rows (or params.n columns). Beyond the extent the
 * last row or column is read again: it only reaches outputs that are not written.
 */
export function loader(form: LoaderForm): Loader {
  const { name, tile, layout } = form;
  const extent = name === "a" ? tile.m : tile.n;
  const turned = layout === "across" || layout === "frames";
  const threads = tileThreads(tile);
  const items = extent * tile.k / (turned ? 16 : 4);
  const share: Share = {
    origin: name === "a" ? "row0" : "column0",
    limit: name === "a" ? "params.m" : "params.n",
    quads: extent / 4,
    threads,
    each: Math.ceil(items / threads),
    guard: (i, text) => items % threads === 0 ? text : `if (local + ${i * threads}u < ${items}u) {\n${text}\n}`,
  };
  return turned ? acrossLoader(form, share) : alongLoader(form, share);
}

/**
 * WGSL for the layout `frames`: x of the result is where a window's element k begins in the buffer, y and z bound what
 * of it is inside its sequence. Rows of A are the output frames of all sequences.
 */
export function windowWgsl(withLengths: boolean): string {
  return `
fn window(row: u32, k: u32) -> vec3i {
  let sequence = row / params.out_frames;
  let first = i32(sequence * params.frames * params.channels);
  let frame = i32((row - sequence * params.out_frames) * params.stride) - i32(params.pad_left);
  let live = ${withLengths ? "min(input_lengths[sequence], params.frames)" : "params.frames"};
  return vec3i(first + frame * i32(params.channels) + i32(k), first, first + i32(live * params.channels));
}`;
}
