import { joined, unroll } from "../gpu/mod.ts";
import { type Tile, tileThreads } from "./tile.ts";

/**
 * Where an operand's elements come from. Both operands are wanted in workgroup memory as [k][extent], extent being the
 * rows of A or the columns of B. `along`: memory runs along the extent (A transposed, B as it is), so vec4s are copied.
 * `across`: memory runs along k (A as it is, B transposed), so each thread takes 4 × 4 elements and turns them.
 * `frames`: rows of A are overlapping windows of a sequence of frames (convolution over time).
 */
export type Layout = "along" | "across" | "frames";

/** The WGSL that brings tiles of one operand to workgroup memory. */
export interface Loader {
  /** Variables of a thread: addresses and the registers that hold elements on their way. */
  readonly declarations: string;
  /** Loads elements k0 … k0 + tile.k to registers. */
  load(k0: string): string;
  /** Writes the registers to the tile `stage` in workgroup memory. */
  store(stage: string): string;
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

/**
 * Loader of operand `name` (a or b) whose tile begins at `origin` of `limit` rows or columns. `vector`: its buffer is
 * array<vec4f>; all strides, offsets and lengths are multiples of 4. `ragged`: the last tile may go past params.k.
 * Beyond the extent the last row or column is read again: it only reaches outputs that are not written.
 */
export function loader(
  name: "a" | "b",
  layout: Layout,
  tile: Tile,
  vector: boolean,
  ragged: boolean,
): Loader {
  const extent = name === "a" ? tile.m : tile.n;
  const origin = name === "a" ? "row0" : "column0";
  const limit = name === "a" ? "params.m" : "params.n";
  const quads = extent / 4;
  const threads = tileThreads(tile);
  const turned = layout !== "along";
  const items = extent * tile.k / (turned ? 16 : 4);
  const each = Math.ceil(items / threads);
  const guard = (i: number, text: string) =>
    items % threads === 0 ? text : `if (local + ${i * threads}u < ${items}u) {\n${text}\n}`;

  // Eight neighbouring threads write vec4s of tile.k / 4 different k, which without a swizzle would share a bank.
  const swizzle = (k4: number) => (k4 * 32 / tile.k) % quads;

  if (!turned) {
    const declare = (i: number) => `
  let ${name}_k${i} = (local + ${i * threads}u) / ${quads}u;
  let ${name}_e${i} = (local + ${i * threads}u) % ${quads}u;
  ${
      vector ? `let ${name}_at${i} = ${name}_start + min(${origin} + 4u * ${name}_e${i}, ${limit} - 4u);` : unroll(
        4,
        (j) => `let ${name}_at${i}_${j} = ${name}_start + min(${origin} + 4u * ${name}_e${i} + ${j}u, ${limit} - 1u);`,
      )
    }
  var ${name}_reg${i}: vec4f;`;
    const load = (i: number, k0: string) => {
      const k = `${k0} + ${name}_k${i}`;
      const value = vector
        ? `${name}[(${name}_at${i} + (${k}) * params.${name}_stride) / 4u]`
        : `vec4f(${joined(4, ", ", (j) => `${name}[${name}_at${i}_${j} + (${k}) * params.${name}_stride]`)})`;
      return `${name}_reg${i} = ${ragged ? `select(vec4f(), ${value}, ${k} < params.k)` : value};`;
    };
    const store = (i: number, stage: string) =>
      `tile_${name}[${stage}][${name}_k${i} / 4u][${name}_k${i} % 4u][${name}_e${i}] = ${name}_reg${i};`;
    return {
      declarations: unroll(each, declare),
      load: (k0) => unroll(each, (i) => guard(i, load(i, k0))),
      store: (stage) => unroll(each, (i) => guard(i, store(i, stage))),
      at: (stage, k, group) => `tile_${name}[${stage}][${k >> 2}][${k % 4}][${group}]`,
    };
  }

  const perRow = tile.k / 4;
  const declare = (i: number) => `
  let ${name}_k${i} = (local + ${i * threads}u) % ${perRow}u;
  let ${name}_e${i} = (local + ${i * threads}u) / ${perRow}u;
  let ${name}_to${i} = ${name}_e${i} ^ (${name}_k${i} * ${32 / tile.k}u % ${quads}u);
  ${
    unroll(4, (r) => {
      const id = `${name}_at${i}_${r}`;
      const row = `min(${origin} + 4u * ${name}_e${i} + ${r}u, ${limit} - 1u)`;
      return layout === "across"
        ? `let ${id} = ${name}_start + ${row} * params.${name}_stride + 4u * ${name}_k${i};`
        : `let ${id} = window(${row}, 4u * ${name}_k${i});`;
    })
  }
  ${unroll(4, (r) => `var ${name}_reg${i}_${r}: vec4f;`)}`;
  const loadRow = (i: number, r: number, k0: string) => {
    const id = `${name}_at${i}_${r}`;
    const left = `${k0} + 4u * ${name}_k${i}`;
    const element = (j: number) => {
      const at = layout === "across" ? `${id} + ${k0} + ${j}u` : `u32(${id}.x + i32(${k0}) + ${j})`;
      const conditions = [
        ...(ragged ? [`${left} + ${j}u < params.k`] : []),
        ...(layout === "frames"
          ? [`${id}.x + i32(${k0}) + ${j} >= ${id}.y`, `${id}.x + i32(${k0}) + ${j} < ${id}.z`]
          : []),
      ];
      const value = `${name}[${vector ? `(${at}) / 4u` : at}]`;
      const zero = vector ? "vec4f()" : "0.0";
      return conditions.length === 0 ? value : `select(${zero}, ${value}, ${conditions.join(" && ")})`;
    };
    return `${name}_reg${i}_${r} = ${vector ? element(0) : `vec4f(${joined(4, ", ", element)})`};`;
  };
  const store = (i: number, stage: string) =>
    unroll(
      4,
      (j) =>
        `tile_${name}[${stage}][${name}_k${i}][${j}][${name}_to${i}] = vec4f(${
          joined(4, ", ", (r) => `${name}_reg${i}_${r}.${"xyzw"[j]}`)
        });`,
    );
  return {
    declarations: unroll(each, declare),
    load: (k0) => unroll(each, (i) => guard(i, unroll(4, (r) => loadRow(i, r, k0)))),
    store: (stage) => unroll(each, (i) => guard(i, store(i, stage))),
    at: (stage, k, group) => {
      const by = swizzle(k >> 2);
      return `tile_${name}[${stage}][${k >> 2}][${k % 4}][${by === 0 ? group : `(${group}) ^ ${by}u`}]`;
    },
  };
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
