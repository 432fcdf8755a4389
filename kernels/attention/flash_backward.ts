import { type Gpu, type Kernel, kernel, read, type Tensor, variants, write } from "../gpu/mod.ts";
import { backwardBody } from "./flash_backward_body.ts";
import {
  type BackwardParts,
  backwardParts,
  type BackwardTile,
  backwardTile,
  backwardTileName,
} from "./flash_backward_tile.ts";
import { type AttentionTargets, type GradientPlace, gradientPlaces } from "./gradient_places.ts";
import { lengthBindings, type Problem, problemLengths, problemParams, problemValues, queryScale } from "./problem.ts";
import { rowStats } from "./row_stats.ts";

/**
 * Gradients of flash or windowed attention, in O(T) memory (Dao et al. 2022, algorithm 4; 2023): weights are computed again
 * from q, k and the rows' log-sum-exp. In one dispatch, workgroups that own a tile of keys walk over the queries that see
 * them and sum up dk and dv, and ones that own a tile of queries walk over the keys and sum up dq: the scores are computed
 * twice, and nothing is added atomically, so results are the same in every run. y, lse: what `flashAttention` gave.
 * dy [B, Tq, H·dh]. Gradients of the same columns are written in the order v, k, q. `tile` and `parts` are for tests and
 * tuning.
 */
export function flashBackward(
  gpu: Gpu,
  p: Problem,
  y: Tensor,
  lse: Tensor,
  dy: Tensor,
  targets: AttentionTargets,
  tile: BackwardTile = backwardTile(gpu, p),
  parts: BackwardParts = backwardParts(gpu, p, tile),
): void {
  using _scope = gpu.scope();
  const stats = rowStats(gpu, p, y, dy, lse);
  const pairs = p.batch * p.heads;
  const width = p.heads * p.headSize;
  const keyGroups = targets.k || targets.v ? Math.ceil(p.keys / tile.own) * pairs * parts.keys : 0;
  const queryGroups = targets.q ? Math.ceil(p.queries / tile.own) * pairs * parts.queries : 0;
  const ofKeys = { rows: p.batch * p.keys, width, parts: parts.keys };
  const ofQueries = { rows: p.batch * p.queries, width, parts: parts.queries };
  const { buffers, places: [v, k, q], finish } = gradientPlaces(gpu, [
    { target: targets.v, ...ofKeys },
    { target: targets.k, ...ofKeys },
    { target: targets.q, ...ofQueries },
  ]);
  gpu.dispatch(
    backwardKernel(p.headSize, JSON.stringify(tile), q.buffer, k.buffer, v.buffer),
    {
      q: p.q.tensor,
      k: p.k.tensor,
      v: p.v.tensor,
      dy,
      stats,
      ...problemLengths(p),
      ...Object.fromEntries(buffers.map((buffer, i) => [`out${i}`, buffer])),
    },
    {
      ...problemValues(p),
      scale: queryScale(p),
      rate: 1 / Math.sqrt(p.headSize),
      groups: keyGroups + queryGroups,
      key_groups: keyGroups,
      keys_parts: parts.keys,
      queries_parts: parts.queries,
      ...placeValues("q", q),
      ...placeValues("k", k),
      ...placeValues("v", v),
    },
    gpu.grid(keyGroups + queryGroups),
  );
  finish();
}

function placeValues(name: "q" | "k" | "v", place: GradientPlace): Record<string, number> {
  return {
    [`${name}_part`]: place.part,
    [`${name}_row`]: place.stride,
    [`${name}_to`]: place.start,
    [`${name}_add`]: Number(place.accumulate),
  };
}

const placeParams = (name: "q" | "k" | "v") =>
  ({ [`${name}_part`]: "u32", [`${name}_row`]: "u32", [`${name}_to`]: "u32", [`${name}_add`]: "u32" }) as const;

const backwardKernel = variants((headSize: number, key: string, q: number, k: number, v: number): Kernel => {
  const tile: BackwardTile = JSON.parse(key);
  const outputs = Array.from({ length: Math.max(q, k, v) + 1 }, (_, i) => [`out${i}`, write("vec4f")]);
  return kernel(
    `flash attention backward ${headSize}, ${backwardTileName(tile)}, to ${q}${k}${v}`,
    {
      ...problemParams,
      scale: "f32",
      rate: "f32",
      groups: "u32",
      key_groups: "u32",
      keys_parts: "u32",
      queries_parts: "u32",
      ...placeParams("q"),
      ...placeParams("k"),
      ...placeParams("v"),
    },
    {
      q: read("vec4f"),
      k: read("vec4f"),
      v: read("vec4f"),
      dy: read("vec4f"),
      stats: read("vec2f"),
      ...lengthBindings,
      ...Object.fromEntries(outputs),
    },
    backwardBody(tile, headSize, { q, k, v }),
  );
});
