import assert from "node:assert/strict";
import { asColumns } from "../gpu/mod.ts";
import { assertClose } from "../testing/compare.ts";
import { gpuTest, TestRandom } from "../testing/mod.ts";
import { matmulReference } from "./matmul_reference.ts";
import { addProducts, type ProductSum } from "./product_sum.ts";
import { splitInto } from "./split.ts";
import { LADDER_TILES, tileBytes, tileName, TILES } from "./tile.ts";

for (const { tile } of TILES) {
  gpuTest(`addProducts() in splits of tile ${tileName(tile)} adds products and sums of columns`, async (gpu) => {
    if (tileBytes(tile) > gpu.limits.maxComputeWorkgroupStorageSize) return;
    const random = new TestRandom(tile.m + tile.n);
    const [m, n, k] = [tile.m + 4, tile.n + 8, 4 * tile.k + 3];
    const a = random.normals(k * m);
    const b = random.normals(k * n);
    const expected = matmulReference(a, b, m, n, k, true);
    const sums = matmulReference(new Float32Array(k).fill(1), b, 1, n, k);
    const sum: ProductSum = {
      a: { tensor: gpu.upload(a, [k, m]), stride: m, offset: 0, batch: 0, part: 0, transposed: true },
      b: { tensor: gpu.upload(b, [k, n]), stride: n, offset: 0, batch: 0, part: 0, transposed: false },
      ...{ m, n, k, batch: 1, parts: 1, scale: 1 },
    };
    for (const [splits, withSums] of [[1, false], [1, true], [2, true], [5, true]] as const) {
      using _scope = gpu.scope();
      const held = random.normals(m * n);
      const into = gpu.upload(held, [m, n]);
      const bias = gpu.tensor([n]);
      const [matrix, row] = [{ into: asColumns(into), accumulate: true }, { into: asColumns(bias), accumulate: false }];
      addProducts(gpu, sum, matrix, withSums ? row : undefined, splitInto(tile, 5, splits));
      assertClose(await gpu.read(into), expected.map((v, i) => v + held[i]), 2e-6, `${splits} splits`);
      if (withSums) assertClose(await gpu.read(bias), sums, 2e-6, `sums of ${splits} splits`);
    }
  });
}

gpuTest("addProducts() sums parts, for each of a batch, and in splits that begin inside of a part", async (gpu) => {
  const random = new TestRandom(2);
  const tile = { ...LADDER_TILES[0], m: 32, n: 32, k: 8, rows: 8, columns: 4 };
  const [batch, parts, m, n, k] = [2, 3, 12, 20, 19];
  const a = random.normals(batch * parts * m * k);
  const b = random.normals(batch * parts * k * n);
  const [A, B] = [gpu.upload(a, [batch, parts, k, m]), gpu.upload(b, [batch, parts, k, n])];
  const sum: ProductSum = {
    a: { tensor: A, stride: m, offset: 0, batch: parts * k * m, part: k * m, transposed: true },
    b: { tensor: B, stride: n, offset: 0, batch: parts * k * n, part: k * n, transposed: false },
    ...{ m, n, k, batch, parts, scale: 0.5 },
  };
  // All parts of one of the batch are one k, as they lie one after the other.
  const expected = [0, 1].flatMap((i) => {
    const of = (x: Float32Array) => x.subarray(i * x.length / batch, (i + 1) * x.length / batch);
    return [...matmulReference(of(a), of(b), m, n, parts * k, true).map((v) => 0.5 * v)];
  });
  for (const splits of [1, 2, 4]) {
    using _scope = gpu.scope();
    const into = gpu.tensor([batch, m, n]);
    addProducts(gpu, sum, { into: asColumns(into), accumulate: false }, undefined, splitInto(tile, 9, splits));
    const found = await gpu.read(into);
    assertClose(found, expected, 2e-6, `${splits} splits`);
    addProducts(gpu, sum, { into: asColumns(into), accumulate: false }, undefined, splitInto(tile, 9, splits));
    assert.deepEqual(await gpu.read(into), found, "the same bits every time");
  }
});
