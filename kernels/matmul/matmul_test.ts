import assert from "node:assert/strict";
import { columns } from "../gpu/mod.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { linear, matmul } from "./matmul.ts";
import { epilogueReference, matmulReference } from "./matmul_reference.ts";

const RAGGED = [1, 2, 3, 5, 8, 9, 15, 16, 17, 63, 64, 65, 127, 128, 129, 130];

gpuTest("linear() equals its reference over ragged shapes", async (gpu) => {
  const random = new TestRandom(1);
  const pick = () => RAGGED[random.integer(RAGGED.length)];
  const shapes = [...RAGGED.map((size) => [size, size, size]), ...RAGGED.map((m) => [m, pick(), pick()])];
  for (const [m, n, k] of shapes) {
    using _scope = gpu.scope();
    const x = random.normals(m * k);
    const w = random.normals(k * n);
    const bias = random.normals(n);
    const y = linear(gpu, gpu.upload(x, [m, k]), gpu.upload(w, [k, n]), gpu.upload(bias));
    assert.deepEqual(y.shape, [m, n]);
    await assertTensor(gpu, y, epilogueReference(matmulReference(x, w, m, n, k), n, bias), 2e-6, `${m}×${n}×${k}`);
  }
});

gpuTest("linear() fuses bias, activation and residual for few and many rows", async (gpu) => {
  const random = new TestRandom(2);
  for (const m of [3, 37]) {
    for (const [n, activation] of [[24, "silu"], [33, "gelu"], [20, "relu"], [31, "none"]] as const) {
      using _scope = gpu.scope();
      const k = 20;
      const x = random.normals(m * k);
      const w = random.normals(k * n);
      const bias = random.normals(n);
      const residual = random.normals(m * n);
      const sums = matmulReference(x, w, m, n, k);
      const y = linear(
        gpu,
        gpu.upload(x, [1, m, k]),
        gpu.upload(w, [k, n]),
        gpu.upload(bias),
        activation,
        gpu.upload(residual, [1, m, n]),
      );
      const expected = epilogueReference(sums, n, bias, activation, residual);
      await assertTensor(gpu, y, expected, 2e-6, `${m}×${n} ${activation}`);
      const bare = linear(gpu, gpu.upload(x, [m, k]), gpu.upload(w, [k, n]));
      await assertTensor(gpu, bare, sums, 2e-6, `${m}×${n}`);
    }
  }
});

gpuTest("linear() keeps activations finite and exact in their tails", async (gpu) => {
  for (const activation of ["silu", "gelu"] as const) {
    for (const count of [1, 12]) {
      using _scope = gpu.scope();
      const x = Float32Array.from({ length: count }, (_, i) => -(i + 1));
      const y = linear(gpu, gpu.upload(x, [count, 1]), gpu.upload(Float32Array.of(1), [1, 1]), undefined, activation);
      const actual = await gpu.read(y);
      const expected = epilogueReference(Float64Array.from(x), 1, undefined, activation);
      expected.forEach((e, i) =>
        assert.ok(
          Math.abs(actual[i] - e) <= 1e-5 * Math.abs(e) + 1e-30,
          `${activation}(${x[i]}) = ${actual[i]}, not ${e}`,
        )
      );
      const far = await gpu.read(
        linear(
          gpu,
          gpu.upload(Float32Array.of(-1000, 1000), [2, 1]),
          gpu.upload(Float32Array.of(1), [1, 1]),
          undefined,
          activation,
        ),
      );
      assert.ok(Math.abs(far[0]) < 1e-25 && far[1] === 1000, `${activation}(±1000) = ${far}`);
    }
  }
});

gpuTest("linear() reads columns of a wider tensor", async (gpu) => {
  const random = new TestRandom(3);
  for (
    const [m, total, offset, k] of [[1, 64, 32, 16], [5, 64, 33, 7], [40, 64, 32, 32], [40, 37, 5, 16], [33, 48, 4, 10]]
  ) {
    using _scope = gpu.scope();
    const n = 20;
    const wide = random.normals(m * total);
    const w = random.normals(k * n);
    const x = Float32Array.from({ length: m * k }, (_, i) => wide[Math.floor(i / k) * total + offset + i % k]);
    const y = linear(gpu, columns(gpu.upload(wide, [m, total]), offset, k), gpu.upload(w, [k, n]));
    await assertTensor(gpu, y, matmulReference(x, w, m, n, k), 2e-6, `${m}×${total} at ${offset}`);
  }
});

for (const transposeA of [false, true]) {
  for (const transposeB of [false, true]) {
    gpuTest(`matmul() equals its reference with transposeA ${transposeA}, transposeB ${transposeB}`, async (gpu) => {
      const random = new TestRandom(4 + Number(transposeA) * 2 + Number(transposeB));
      for (
        const [m, n, k] of [[1, 1, 1], [3, 5, 2], [16, 17, 15], [63, 64, 65], [65, 63, 64], [64, 36, 8], [128, 4, 33]]
      ) {
        using _scope = gpu.scope();
        const a = random.normals(m * k);
        const b = random.normals(k * n);
        const c = matmul(
          gpu,
          gpu.upload(a, transposeA ? [k, m] : [m, k]),
          gpu.upload(b, transposeB ? [n, k] : [k, n]),
          { transposeA, transposeB, scale: 0.5 },
        );
        const expected = matmulReference(a, b, m, n, k, transposeA, transposeB).map((v) => 0.5 * v);
        await assertTensor(gpu, c, expected, 2e-6, `${m}×${n}×${k}`);
      }
    });

    gpuTest(`matmul() multiplies batches with transposeA ${transposeA}, transposeB ${transposeB}`, async (gpu) => {
      const random = new TestRandom(8 + Number(transposeA) * 2 + Number(transposeB));
      // Batch of both, of A alone, of B alone; columns of wider tensors, aligned and not.
      for (const [batchA, batchB] of [[3, 3], [3, 0], [0, 3]]) {
        for (const [m, n, k, extra] of [[20, 12, 8, 4], [7, 9, 5, 3]]) {
          using _scope = gpu.scope();
          const [rowsA, columnsA] = transposeA ? [k, m] : [m, k];
          const [rowsB, columnsB] = transposeB ? [n, k] : [k, n];
          const a = random.normals(Math.max(1, batchA) * rowsA * (columnsA + extra));
          const b = random.normals(Math.max(1, batchB) * rowsB * (columnsB + extra));
          const shape = (batch: number, rows: number, width: number) => batch ? [batch, rows, width] : [rows, width];
          const c = matmul(
            gpu,
            columns(gpu.upload(a, shape(batchA, rowsA, columnsA + extra)), extra, columnsA),
            columns(gpu.upload(b, shape(batchB, rowsB, columnsB + extra)), extra, columnsB),
            { transposeA, transposeB },
          );
          assert.deepEqual(c.shape, [3, m, n]);
          const dense = (x: Float32Array, batch: number, rows: number, width: number) =>
            Float32Array.from(
              { length: rows * width },
              (_, i) => x[(batch * rows + Math.floor(i / width)) * (width + extra) + extra + i % width],
            );
          const expected = [0, 1, 2].flatMap((i) => [
            ...matmulReference(
              dense(a, batchA && i, rowsA, columnsA),
              dense(b, batchB && i, rowsB, columnsB),
              m,
              n,
              k,
              transposeA,
              transposeB,
            ),
          ]);
          await assertTensor(gpu, c, expected, 2e-6, `batches ${batchA} and ${batchB}, ${m}×${n}×${k}`);
        }
      }
    });
  }
}

gpuTest("linear() and matmul() do not let what lies beyond k in memory reach a result", async (gpu) => {
  const random = new TestRandom(12);
  for (const [m, k] of [[3, 5], [20, 5], [20, 8]]) {
    using _scope = gpu.scope();
    const n = 6;
    const x = new Float32Array(m * (k + 4)).fill(NaN);
    const w = random.normals(k * n);
    const dense = random.normals(m * k);
    dense.forEach((v, i) => x[Math.floor(i / k) * (k + 4) + i % k] = v);
    const view = columns(gpu.upload(x, [m, k + 4]), 0, k);
    const expected = matmulReference(dense, w, m, n, k);
    await assertTensor(gpu, linear(gpu, view, gpu.upload(w, [k, n])), expected);
    await assertTensor(gpu, matmul(gpu, view, gpu.upload(w, [k, n])), expected);
  }
});

gpuTest("matmul() and linear() name the operands that do not fit", async (gpu) => {
  const x = gpu.zeros([2, 3]);
  const w = gpu.zeros([4, 5]);
  assert.throws(() => linear(gpu, x, w), /weight: expected \[3, 5\], got f32 \[4, 5\]/);
  assert.throws(() => linear(gpu, x, gpu.zeros([3, 5]), gpu.zeros([4])), /bias: expected \[5\]/);
  assert.throws(() => matmul(gpu, x, w), /a \[2, 3\] and b \[4, 5\] do not fit: k is 3 and 4/);
  assert.throws(() => matmul(gpu, gpu.zeros([2, 3, 4]), gpu.zeros([3, 4, 4])), /their batches differ/);
  assert.throws(() => matmul(gpu, gpu.zeros([4]), w), /a must have at least two dimensions/);
  await gpu.idle();
});
