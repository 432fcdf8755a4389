import { type Gpu, type Kernel, kernel, read, size, type Tensor, unroll, variants, write } from "../gpu/mod.ts";
import type { Problem } from "./problem.ts";
import { entry } from "./tile.ts";

const THREADS = 256;

/**
 * What the gradient of a softmax needs of each row, [B, Tq, H, 2]: its `lse` [B, Tq, H] (see `UNSEEN`; 0 without one) and
 * D = rowsum(dy ∘ y) = rowsum(P ∘ dP) (Dao et al. 2022, section B.4). y and dy [B, Tq, H·dh]. Where dy is padding, which
 * may hold anything, D does as well.
 */
export function rowStats(gpu: Gpu, p: Problem, y: Tensor, dy: Tensor, lse: Tensor | undefined): Tensor {
  const stats = gpu.tensor([p.batch, p.queries, p.heads, 2]);
  const count = size(stats) / 2;
  const groups = Math.ceil(count / pairsOf(p.headSize));
  if (lse) gpu.dispatch(withSums(p.headSize), { y, dy, lse, stats }, { count, groups }, gpu.grid(groups));
  else gpu.dispatch(withoutSums(p.headSize), { y, dy, stats }, { count, groups }, gpu.grid(groups));
  return stats;
}

/** Rows of heads per workgroup. */
function pairsOf(headSize: number): number {
  return Math.floor(THREADS / (headSize / 4));
}

const params = { count: "u32", groups: "u32" } as const;
const bindings = { y: read("vec4f"), dy: read("vec4f"), stats: write("vec2f") };

const withoutSums = variants((headSize: number): Kernel<typeof params, typeof bindings> =>
  kernel(`attention row stats ${headSize}`, params, bindings, body(headSize, "0.0"))
);

const withSums = variants((headSize: number) =>
  kernel(
    `attention row stats with sums ${headSize}`,
    params,
    { ...bindings, lse: read() },
    body(headSize, "lse[first + local]"),
  )
);

/** An invocation multiplies one vec4 of each; the first ones add up a row's products. */
function body(headSize: number, lse: string): string {
  const headQuads = headSize / 4;
  const pairs = pairsOf(headSize);
  return `
var<workgroup> products: array<f32, ${THREADS}>;
${entry(THREADS)}
  let first = id * ${pairs}u; // of [B, Tq, H]
  let i = first * ${headQuads}u + local;
  products[local] = 0.0;
  if (i < params.count * ${headQuads}u) { products[local] = dot(y[i], dy[i]); }
  workgroupBarrier();
  if (local < ${pairs}u && first + local < params.count) {
    var sum = 0.0;
    ${unroll(headQuads, (i) => `sum += products[local * ${headQuads}u + ${i}u];`)}
    stats[first + local] = vec2f(${lse}, sum);
  }
}`;
}
