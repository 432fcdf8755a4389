import { joined, unroll } from "../gpu/mod.ts";
import type { Loader, LoaderForm, Share } from "./loader.ts";

/** Loader of an operand that memory holds as [extent][k]: a thread turns blocks of 4 × 4. `across`, `frames`. */
export function acrossLoader(form: LoaderForm, share: Share): Loader {
  const { name, layout, tile, vector, ragged, parts } = form;
  const { origin, limit, quads, threads, each, guard } = share;
  const perRow = tile.k / 4;
  // Eight neighbouring threads write vec4s of tile.k / 4 different k, which without a swizzle would share a bank.
  const swizzle = (k4: number) => (k4 * 32 / tile.k) % quads;
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
    const shift = parts ? `${k0} + ${name}_from` : k0;
    const element = (j: number) => {
      const at = layout === "across" ? `${id} + ${shift} + ${j}u` : `u32(${id}.x + i32(${shift}) + ${j})`;
      const conditions = [
        ...(ragged ? [`${left} + ${j}u < params.k`] : []),
        ...(layout === "frames"
          ? [`${id}.x + i32(${shift}) + ${j} >= ${id}.y`, `${id}.x + i32(${shift}) + ${j} < ${id}.z`]
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
