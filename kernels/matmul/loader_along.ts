import { joined, unroll } from "../gpu/mod.ts";
import type { Loader, LoaderForm, Share } from "./loader.ts";

/** Loader of an operand that memory holds as [k][extent], so that vec4s are copied as they are: `along`, `windows`. */
export function alongLoader(form: LoaderForm, share: Share): Loader {
  const { name, layout, vector, ragged, parts } = form;
  const { origin, limit, quads, threads, each, guard } = share;
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

  const element = (at: string, k: string) => {
    const address = `${at} + (${k}) * params.${name}_stride${parts ? ` + ${name}_from` : ""}`;
    const value = `${name}[${vector ? `(${address}) / 4u` : address}]`;
    if (layout !== "windows") return value;
    // What lies before a sequence's first frame is below, or wraps and is above.
    const inside = `${address} >= ${name}_from && ${address} < ${name}_to`;
    return `select(${vector ? "vec4f()" : "0.0"}, ${value}, ${inside})`;
  };
  const load = (i: number, k0: string) => {
    const k = `${k0} + ${name}_k${i}`;
    const value = vector
      ? element(`${name}_at${i}`, k)
      : `vec4f(${joined(4, ", ", (j) => element(`${name}_at${i}_${j}`, k))})`;
    return `${name}_reg${i} = ${ragged ? `select(vec4f(), ${value}, ${k} < params.k)` : value};`;
  };
  const store = (i: number, stage: string) =>
    `tile_${name}[${stage}][${name}_k${i} / 4u][${name}_k${i} % 4u][${name}_e${i}] = ${name}_reg${i};`;
  return {
    declarations: unroll(each, declare),
    load: (k0) => unroll(each, (i) => guard(i, load(i, k0))),
    store: (stage) => unroll(each, (i) => guard(i, store(i, stage))),
    sum: unroll(each, (i) => guard(i, `${name}_sum += ${name}_reg${i};`)),
    at: (stage, k, group) => `tile_${name}[${stage}][${k >> 2}][${k % 4}][${group}]`,
  };
}
