import { unroll, unroll2 } from "../gpu/mod.ts";
import { columnSumsWgsl } from "./column_sums_wgsl.ts";
import type { GemmForm } from "./gemm.ts";
import { declareTile, loader } from "./loader.ts";
import { partsWalk, wholeWalk } from "./parts.ts";
import { type Tile, tileThreads } from "./tile.ts";

/** WGSL of the tiled product's `main`: tiles to workgroup memory, products in registers, sums to `put`. */
export function gemmBody(tile: Tile, form: GemmForm): string {
  const { layoutA, layoutB, vectorA, vectorB, vectorY, ragged, columnSums = false } = form;
  const threads = tileThreads(tile);
  const stages = tile.pipelining === "double" ? 2 : 1;
  const walk = form.parts ? partsWalk(tile, form) : wholeWalk(tile);
  const common = { tile, ragged, parts: form.parts !== undefined };
  const a = loader({ name: "a", layout: layoutA, vector: vectorA, ...common });
  const b = loader({ name: "b", layout: layoutB, vector: vectorB, ...common });
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
  const load = (at: string) => walk.load(at, (k0) => `${a.load(k0)}\n${b.load(k0)}`);
  const store = (stage: string) => `${a.store(stage)}\n${b.store(stage)}${columnSums ? `\n${b.sum}` : ""}`;
  const { name, first, end, by } = walk;
  const each = `for (var ${name} = ${first}; ${name} < ${end}; ${name} += ${by})`;
  const loop = {
    plain: `
  ${each} {
    ${load(name)}
    workgroupBarrier();
    ${store("0")}
    workgroupBarrier();
    ${compute("0")}
  }`,
    prefetch: `
  ${load(first)}
  ${each} {
    workgroupBarrier();
    ${store("0")}
    workgroupBarrier();
    let next = ${name} + ${by};
    if (next < ${end}) {
      ${load("next")}
    }
    ${compute("0")}
  }`,
    double: `
  ${load(first)}
  ${store("0")}
  workgroupBarrier();
  ${each} {
    let next = ${name} + ${by};
    let stage = ${walk.parity};
    if (next < ${end}) {
      ${load("next")}
    }
    ${compute("stage")}
    if (next < ${end}) {
      let other = stage ^ 1u;
      ${store("other")}
    }
    workgroupBarrier();
  }`,
  }[tile.pipelining];

  return `
${declareTile("a", tile, stages)}
${declareTile("b", tile, stages)}

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
  ${walk.begin}
  ${layoutA === "frames" ? "" : `let a_start = params.a_offset + ${walk.product} * params.a_batch;`}
  let b_start = params.b_offset + ${walk.product} * params.b_batch;
  ${a.declarations}
  ${b.declarations}
  ${columnSums ? "var b_sum: vec4f;" : ""}
  ${unroll2(tile.rows, blocksRight, (r, j) => `var c${r}_${j}: vec4f;`)}
  ${loop}
  ${
    unroll2(tile.rows, blocksRight, (r, j) => {
      const row = `row0 + 4u * (${(r >> 2) * down}u + ty) + ${r % 4}u`;
      return `put(batch, ${row}, column0 + 4u * (${j * right}u + tx), c${r}_${j});`;
    })
  }
  ${columnSums ? columnSumsWgsl(tile, vectorY) : ""}
}`;
}
