import { columns, type Tensor } from "../gpu/mod.ts";
import { assertGradients } from "../testing/gradient.ts";
import { gpuTest, TestRandom } from "../testing/mod.ts";
import { matmul } from "./matmul.ts";
import { matmulReference } from "./matmul_reference.ts";

for (const transposeA of [false, true]) {
  for (const transposeB of [false, true]) {
    gpuTest(
      `matmul() has the gradients of its reference with transposeA ${transposeA}, transposeB ${transposeB}`,
      async (gpu) => {
        const random = new TestRandom(1 + Number(transposeA) * 2 + Number(transposeB));
        // One product; a batch of both, of A alone, of B alone. Columns of wider tensors, aligned and not.
        for (const [batchA, batchB] of [[0, 0], [3, 3], [3, 0], [0, 3]]) {
          for (const [m, n, k, extra] of [transposeA === transposeB ? [4, 12, 8, 4] : [7, 2, 3, 1]]) {
            using _scope = gpu.scope();
            const batch = Math.max(1, batchA, batchB);
            const [rowsA, columnsA] = transposeA ? [k, m] : [m, k];
            const [rowsB, columnsB] = transposeB ? [n, k] : [k, n];
            const make = (count: number, rows: number, width: number): Tensor =>
              gpu.upload(random.normals(Math.max(1, count) * rows * width), [...(count ? [count] : []), rows, width]);
            const a = make(batchA, rowsA, columnsA + extra);
            const b = make(batchB, rowsB, columnsB + extra);
            const matrix = (x: Float64Array, index: number, rows: number, width: number) =>
              Float64Array.from(
                { length: rows * width },
                (_, i) => x[(index * rows + Math.floor(i / width)) * (width + extra) + extra + i % width],
              );
            await assertGradients(
              gpu,
              { a, b },
              () =>
                matmul(gpu, columns(a, extra, columnsA), columns(b, extra, columnsB), {
                  transposeA,
                  transposeB,
                  scale: 0.5,
                }),
              ({ a, b }) => {
                const y = Array.from({ length: batch }, (_, i) => [
                  ...matmulReference(
                    matrix(a, batchA && i, rowsA, columnsA),
                    matrix(b, batchB && i, rowsB, columnsB),
                    ...[m, n, k] as const,
                    transposeA,
                    transposeB,
                  ),
                ]);
                return [y.flat().map((v) => 0.5 * v)];
              },
            );
          }
        }
      },
    );
  }
}

gpuTest("matmul() of a tensor with itself has both gradients", async (gpu) => {
  const [m, k] = [6, 5];
  const x = gpu.upload(new TestRandom(9).normals(m * k), [m, k]);
  await assertGradients(
    gpu,
    { x },
    () => matmul(gpu, x, x, { transposeB: true }),
    ({ x }) => [matmulReference(x, x, m, m, k, false, true)],
  );
});
