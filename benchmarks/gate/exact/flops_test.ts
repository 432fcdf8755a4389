import assert from "node:assert/strict";
import type { Tensor } from "../../../kernels/gpu/mod.ts";
import { flopsOf } from "./flops.ts";

const tensor = (...shape: number[]): Tensor => ({ shape }) as unknown as Tensor;

Deno.test("flopsOf() counts products, convolutions, attention and scans by their benchmarks' formulas", () => {
  const counts: [string, Record<string, number>, Record<string, Tensor>, number][] = [
    ["matmul thin 1x16 4", { m: 2, n: 3, k: 5 }, {}, 60],
    ["matmul 32x32x8 8x4", { m: 2, n: 3, k: 5, batch: 7 }, {}, 420],
    ["conv1d 32x32x8 +bias", { m: 2, n: 3, k: 5, batch: 1 }, {}, 60],
    [
      "flash attention 16, 32q",
      { queries: 10, keys: 20, left: 99, right: 99 },
      { out: tensor(1, 10, 32) },
      4 * 200 * 32,
    ],
    ["flash attention 16, 32q", { queries: 4, keys: 4, left: 1, right: 0 }, { out: tensor(2, 4, 8) }, 4 * 7 * 16],
    ["selective_scan output zero N16", {}, { y: tensor(1, 10, 64), a_log: tensor(64, 16) }, 640 * 120],
    ["selective_scan step N8 gated", {}, { y: tensor(3, 1, 64), a_log: tensor(64, 8) }, 192 * 64],
    ["causal_conv1d 4 silu", {}, { y: tensor(1, 10, 64), weight: tensor(4, 64) }, 640 * 8],
    ["selective_scan summary zero N16", {}, { y: tensor(1, 10, 64), a_log: tensor(64, 16) }, 0],
    ["layer_norm registers", {}, {}, 0],
  ];
  for (const [name, params, tensors, expected] of counts) {
    assert.equal(flopsOf({ kernel: { name }, params, tensors }), expected, name);
  }
});
