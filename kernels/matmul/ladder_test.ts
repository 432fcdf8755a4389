import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { matmulRung } from "./ladder.ts";
import { launchMatmul } from "./launch.ts";
import { matmulReference } from "./matmul_reference.ts";
import { LADDER_TILES, tileBytes, tileName, TILES } from "./tile.ts";

for (const rung of ["naive", "blocked"] as const) {
  gpuTest(`matmulRung() ${rung} equals the reference`, async (gpu) => {
    const random = new TestRandom(1);
    for (const [m, n, k] of [[1, 1, 1], [17, 15, 33], [16, 32, 16], [5, 40, 7]]) {
      const a = random.normals(m * k);
      const b = random.normals(k * n);
      const y = matmulRung(gpu, rung, gpu.upload(a, [m, k]), gpu.upload(b, [k, n]));
      await assertTensor(gpu, y, matmulReference(a, b, m, n, k), 2e-6, `${m}×${n}×${k}`);
    }
  });
}

const tested = [...TILES.map(({ tile }) => tile), ...LADDER_TILES];
for (const tile of new Map(tested.map((tile) => [tileName(tile), tile])).values()) {
  gpuTest(`launchMatmul() with tile ${tileName(tile)} equals the reference`, async (gpu) => {
    if (tileBytes(tile) > gpu.limits.maxComputeWorkgroupStorageSize) return;
    const [m, n, k] = [tile.m + 5, tile.n + 4, 2 * tile.k + 4];
    const random = new TestRandom(tile.m * tile.n);
    const a = random.normals(m * k);
    const b = random.normals(k * n);
    const y = gpu.tensor([m, n]);
    const one = { offset: 0, batch: 0, transposed: false };
    launchMatmul(gpu, {
      a: { tensor: gpu.upload(a, [m, k]), stride: k, ...one },
      b: { tensor: gpu.upload(b, [k, n]), stride: n, ...one },
      ...{ y, m, n, k, batch: 1, scale: 1, activation: "none" },
    }, tile);
    await assertTensor(gpu, y, matmulReference(a, b, m, n, k));
  });
}
