import { unroll } from "../gpu/mod.ts";

/**
 * WGSL for register-tiled products, shared by the kernels of this folder. An operand tile lies in workgroup memory with
 * its depth (the summed index) outside and vec4s along its rows or columns inside, so that one step of the sum reads a
 * few vec4s per operand and does an outer product in registers:
 *
 *     tile[depth / unroll][depth % unroll][row / 4]
 *
 * Depth is split in two array dimensions because naga clamps every index that is not a constant: the block is clamped
 * once per loop turn, the step inside it is a constant, and what remains is one base register and immediate offsets.
 */

/** How a tile lies in workgroup memory: `depth` steps, `unroll` of them written out, of `rows` / 4 vec4s each. */
export interface TileShape {
  readonly depth: number;
  readonly unroll: number;
  readonly rows: number;
}

/** Vec4s from one depth step to the next: one more than needed, so that transposing stores hit different banks. */
function tileWidth({ rows }: TileShape): number {
  return rows / 4 + 1;
}

/** Bytes of workgroup memory. */
export function tileBytes(shape: TileShape): number {
  return 16 * shape.depth * tileWidth(shape);
}

/** The declaration of a tile. */
export function declareTile(name: string, shape: TileShape): string {
  const blocks = shape.depth / shape.unroll;
  return `var<workgroup> ${name}: array<array<array<vec4f, ${tileWidth(shape)}>, ${shape.unroll}>, ${blocks}>;`;
}

/** A place in a tile; `depth` is a WGSL expression. */
export function tileAt(name: string, shape: TileShape, depth: string, column: string): string {
  return `${name}[(${depth}) / ${shape.unroll}u][(${depth}) % ${shape.unroll}u][${column}]`;
}

/**
 * What brings a source from memory into a tile in workgroup memory, by way of registers, so that other work may go on
 * between `load` and `store`.
 */
export interface Transfer {
  /** The registers, as variables. */
  readonly registers: string;
  readonly load: string;
  readonly store: string;
}

/** A transfer done at once. */
export function atOnce({ registers, load, store }: Transfer): string {
  return `{ ${registers}\n${load}\n${store} }`;
}

/**
 * A row-major source transposed: each invocation takes blocks of 4 rows × 4 depth steps, turns them in registers and
 * stores vec4s. `value(row, quad)` is the vec4 of the source's depth steps 4·quad … 4·quad + 3 in a row of the tile.
 * Two invocations share the 32 bytes of a memory sector, and neighbours go down the rows.
 */
export function transposed(
  name: string,
  shape: TileShape,
  rows: number,
  depth: number,
  threads: number,
  value: (row: string, quad: string) => string,
): Transfer {
  const rowQuads = rows / 4;
  const blocks = rowQuads * depth / 4;
  const each = Math.ceil(blocks / threads);
  const from = (n: number, body: string) => `
    { let block = local + ${n * threads}u;
      let row = 4u * ((block >> 1u) % ${rowQuads}u);
      let quad = (block & 1u) + 2u * (block / ${2 * rowQuads}u);
      ${(n + 1) * threads > blocks ? `if (block < ${blocks}u) { ${body} }` : body} }`;
  return {
    registers: unroll(each, (n) => unroll(4, (r) => `var ${name}${n}_${r}: vec4f;`)),
    load: unroll(
      each,
      (n) => from(n, unroll(4, (r) => `${name}${n}_${r} = ${value(r === 0 ? "row" : `(row + ${r}u)`, "quad")};`)),
    ),
    store: unroll(each, (n) =>
      from(
        n,
        unroll(4, (e) => {
          const turned = [0, 1, 2, 3].map((r) => `${name}${n}_${r}.${"xyzw"[e]}`).join(", ");
          return `${tileAt(name, shape, `4u * quad + ${e}u`, "row / 4u")} = vec4f(${turned});`;
        }),
      )),
  };
}

/**
 * A row-major source as it is, rows becoming depth steps: `value(row, quad)` is the vec4 of columns 4·quad …, put at the
 * depth step `place(row)`.
 */
export function untransposed(
  name: string,
  shape: TileShape,
  rows: number,
  columns: number,
  threads: number,
  place: (row: string) => string,
  value: (row: string, quad: string) => string,
): Transfer {
  const quads = columns / 4;
  const count = rows * quads;
  const each = Math.ceil(count / threads);
  const from = (n: number, body: string) => `
    { let item = local + ${n * threads}u;
      let row = item / ${quads}u;
      let quad = item % ${quads}u;
      ${(n + 1) * threads > count ? `if (item < ${count}u) { ${body} }` : body} }`;
  return {
    registers: unroll(each, (n) => `var ${name}_row${n}: vec4f;`),
    load: unroll(each, (n) => from(n, `${name}_row${n} = ${value("row", "quad")};`)),
    store: unroll(
      each,
      (n) => from(n, `let place = ${place("row")}; ${tileAt(name, shape, "place", "quad")} = ${name}_row${n};`),
    ),
  };
}

/** The head of an entry point with the parameter `groups`, the workgroups it needs: `id` counts them. */
export function entry(threads: number): string {
  return `@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let id = group.y * groups.x + group.x;
  if (id >= params.groups) { return; }`;
}

/** The invocations' arrangement over an output tile: `down` × `across` of them, each with rows × columns elements. */
export interface ThreadGrid {
  readonly down: number;
  readonly across: number;
  /** Output rows per invocation, in vec4s `down` apart: rows 4·(y + down·h) + e. */
  readonly rows: number;
  /** Output columns per invocation, in vec4s `across` apart. */
  readonly columns: number;
}

/**
 * The invocation's place in a grid, x across and y down. Neighbours share a column and next but ones a row: NVIDIA then
 * serves a read of vec4s in two turns, not four.
 */
export function declarePlace(across: number): string {
  return `let x = local / 2u % ${across}u;
  let y = local % 2u + local / ${2 * across}u * 2u;`;
}

/** Declares the accumulators `name<row>_<column quad>` of one invocation, zero. */
export function declareAccumulators(name: string, grid: ThreadGrid): string {
  return unroll(grid.rows, (r) => unroll(grid.columns / 4, (g) => `var ${name}${r}_${g} = vec4f();`));
}

/**
 * Adds the product of two tiles over `depth` steps to the accumulators `name`: per step `rows` / 4 + `columns` / 4 vec4
 * loads and `rows` × `columns` multiply-adds. `x` and `y` are the invocation's place in the grid.
 */
export function addProduct(
  name: string,
  grid: ThreadGrid,
  rowsTile: string,
  columnsTile: string,
  unrolled: number,
  blocks: number,
): string {
  const step = (u: number) => `
      { ${unroll(grid.rows / 4, (h) => `let a${h} = ${rowsTile}[block][${u}][y + ${h * grid.down}u];`)}
        ${unroll(grid.columns / 4, (g) => `let b${g} = ${columnsTile}[block][${u}][x + ${g * grid.across}u];`)}
        ${
    unroll(
      grid.rows,
      (r) => unroll(grid.columns / 4, (g) => `${name}${r}_${g} += a${Math.floor(r / 4)}.${"xyzw"[r % 4]} * b${g};`),
    )
  } }`;
  return `for (var block = 0u; block < ${blocks}u; block++) { ${unroll(unrolled, step)} }`;
}
