import type { GemmForm } from "./gemm.ts";
import type { Tile } from "./tile.ts";

/** How a workgroup goes through k: WGSL of a loop whose variable `name` counts from `first` to before `end` by `by`. */
export interface Walk {
  readonly name: "k0" | "step";
  /** Which of the products that have operands of their own it is. */
  readonly product: "batch" | "product";
  /** Declarations before the loop. */
  readonly begin: string;
  readonly first: string;
  readonly end: string;
  readonly by: string;
  /** Which of two tiles is at hand. */
  readonly parity: string;
  /** WGSL that loads the tile at a value of the variable, given what loads elements k0 … of the operands. */
  load(at: string, load: (k0: string) => string): string;
}

/** All of k. */
export function wholeWalk(tile: Tile): Walk {
  return {
    name: "k0",
    product: "batch",
    begin: "",
    first: "0u",
    end: "params.k",
    by: `${tile.k}u`,
    parity: `(k0 / ${tile.k}u) & 1u`,
    load: (at, load) => load(at),
  };
}

/** Steps of a tile's k through the parts of a sum, one part after the other: see `GemmForm.parts`. */
export function partsWalk(tile: Tile, { parts, layoutA, inputLengths }: GemmForm): Walk {
  const bounds = parts === "split"
    ? `let first_step = batch / params.products * params.chunk;
  let last_step = min(first_step + params.chunk, params.parts * steps);`
    : `let first_step = select(0u, steps, batch + (params.parts - 1u) * params.x_stride >= params.taps);
  let last_step = params.parts * steps;`;
  const frames = inputLengths ? "min(input_lengths[part], params.frames)" : "params.frames";
  return {
    name: "step",
    product: "product",
    begin: `let product = batch % params.products;
  let steps = (params.k + ${tile.k - 1}u) / ${tile.k}u;
  ${bounds}`,
    first: "first_step",
    end: "last_step",
    by: "1u",
    parity: "(step - first_step) & 1u",
    load: (at, load) =>
      `{
    let part = ${at} / steps;
    let k0 = (${at} - part * steps) * ${tile.k}u;
    let a_from = part * params.a_part;
    let b_from = part * params.b_part;
    ${layoutA === "windows" ? `let a_to = a_from + ${frames} * params.channels;` : ""}
    ${load("k0")}
  }`,
  };
}
