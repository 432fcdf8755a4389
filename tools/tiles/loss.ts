/**
 * How much longer the tiles that `chooseTile` chooses take than the best that were timed: `deno run --allow-read
 * tools/tiles/loss.ts`. `times.json` has the times: a sweep of twelve tiles over the models' shapes, whose clock was not
 * steady from one shape to the next but within one (three first timings are left out), some shapes at full clock, and the
 * shapes of bench:kernels before and after the 64×64 tile with 8×8 outputs a thread was among the choices.
 */
import type { Gpu } from "../../kernels/gpu/mod.ts";
import { chooseTile, tileName } from "../../kernels/matmul/tile.ts";
import times from "./times.json" with { type: "json" };

const h200 = {
  adapter: { isSoftware: false },
  limits: { maxComputeWorkgroupStorageSize: 48 * 1024 },
} as unknown as Gpu;

const losses = times.shapes.flatMap(({ m, k, n, batch, microseconds }) => {
  const all = microseconds as Record<string, number | undefined>;
  const tile = tileName(chooseTile(h200, m, n, batch));
  const own = all[tile];
  if (own === undefined) return [];
  const best = Math.min(...Object.values(all).map((time) => time ?? Infinity));
  return [{ shape: `${batch === 1 ? "" : `${batch}×`}${m}×${k}×${n}`, tile, ratio: own / best }];
}).sort((a, b) => b.ratio - a.ratio);

const mean = Math.exp(losses.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / losses.length);
console.log(
  `${times.device}: ${losses.length} shapes, ${(100 * (mean - 1)).toFixed(1)} % longer (geometric mean); worst:`,
);
for (const { shape, tile, ratio } of losses.slice(0, 8)) console.log(`  ${ratio.toFixed(3)}  ${shape}  ${tile}`);
