import assert from "node:assert/strict";
import { columns, type Tensor } from "../gpu/mod.ts";
import { assertClose, assertTensor, gpuTest } from "../testing/mod.ts";
import { type AttentionCase, gradientCase } from "./attention_test_case.ts";
import { flashAttention } from "./flash.ts";
import { flashBackward } from "./flash_backward.ts";
import type { BackwardTile } from "./flash_backward_tile.ts";
import { gradientPlaces } from "./gradient_places.ts";
import { naiveAttention } from "./naive.ts";
import { naiveBackward } from "./naive_backward.ts";
import type { Scores } from "./naive_scores.ts";
import { problem } from "./problem.ts";

const TOLERANCE = 5e-6;

gpuTest("flashBackward() works in parts, with loads ahead", async (gpu) => {
  const ragged = { batch: 2, keyLengths: [150, 9], queryLengths: [5, 69] };
  const c: AttentionCase = {
    queries: 70,
    keys: 150,
    heads: 2,
    headSize: 32,
    causal: true,
    queryOffset: 60,
    ...ragged,
  };
  const { expected, inputs, mask, heads, dy, width } = gradientCase(gpu, c, 12);
  const tile: BackwardTile = { own: 64, others: 8, depth: 16, unroll: 1, prefetch: true };
  const p = problem(inputs, heads, mask, undefined);
  const lse = gpu.tensor([2, 70, 2]);
  const y = flashAttention(gpu, p, undefined, 2, lse);
  const target = (rows: number) => ({ into: columns(gpu.zeros([2, rows, width + 8]), 8, width), accumulate: true });
  const targets = { q: target(70), k: target(150), v: target(150) };
  flashBackward(gpu, p, y, lse, dy, targets, tile, { keys: 2, queries: 3 });
  for (const name of ["q", "k", "v"] as const) {
    const all = await gpu.read(targets[name].into.tensor);
    assertClose(all.filter((_, i) => i % (width + 8) >= 8), expected[name], TOLERANCE, name);
  }
});

gpuTest(
  "gradientPlaces() binds each buffer once, and puts a gradient of the same columns elsewhere first",
  async (gpu) => {
    const wide = gpu.upload(new Float32Array(64).fill(1), [2, 32]);
    const at = (offset: number) => ({ into: columns(wide, offset, 8), accumulate: offset === 8 });
    const wanted = [at(0), at(8), at(8), undefined].map((target) => ({ target, rows: 2, width: 8, parts: 1 }));
    const { buffers, places, finish } = gradientPlaces(gpu, wanted);
    assert.deepEqual(places.map(({ buffer, start, stride }) => [buffer, start, stride]), [
      [0, 0, 8],
      [0, 2, 8],
      [1, 0, 2],
      [2, 0, 2],
    ]);
    assert.equal(buffers[0].buffer, wide.buffer);
    gpu.write(buffers[1], Float32Array.from({ length: 16 }, (_, i) => i));
    finish();
    const expected = Array.from({ length: 64 }, (_, i) => i % 32 < 8 || i % 32 > 15 ? 1 : 1 + (i >> 5) * 8 + i % 8);
    assert.deepEqual(Array.from(await gpu.read(wide)), expected);
  },
);

gpuTest("naiveBackward() goes over groups of heads, with the tile of a GPU", async (gpu) => {
  const c = { queries: 70, keys: 75, batch: 2, heads: 3, keyLengths: [75, 17], queryLengths: [70, 4] };
  const { expected, inputs, mask, heads, dy } = gradientCase(gpu, c, 31);
  const p = problem(inputs, heads, mask, undefined);
  const kept: Scores[] = [];
  const tile = { queries: 64, rows: 8 };
  const y = naiveAttention(gpu, p, tile, 4 * 70 * 76 * 4, kept);
  assert.equal(kept.length, 2);
  const target = (x: Tensor) => ({ into: columns(gpu.tensor(x.shape), 0, 48), accumulate: false });
  const targets = { q: target(inputs.q), k: target(inputs.k), v: target(inputs.v) };
  naiveBackward(gpu, p, kept, y, dy, targets, () => tile);
  for (const name of ["q", "k", "v"] as const) {
    await assertTensor(gpu, targets[name].into.tensor, expected[name], TOLERANCE, name);
  }
});
