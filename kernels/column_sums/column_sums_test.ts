import assert from "node:assert/strict";
import { asColumns, columns, part } from "../gpu/mod.ts";
import { assertClose } from "../testing/compare.ts";
import { gpuTest, TestRandom } from "../testing/mod.ts";
import { addPartials } from "./add_partials.ts";
import { columnSums } from "./column_sums.ts";

/** Σ over the parts of rows × n values. */
function summed(values: Float32Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  values.forEach((v, i) => sums[i % count] += v);
  return sums;
}

gpuTest("columnSums() adds up rows, or adds them to what is there", async (gpu) => {
  const random = new TestRandom(1);
  for (const [rows, n] of [[0, 3], [1, 1], [7, 31], [8, 32], [9, 33], [129, 5], [1031, 36]]) {
    using _scope = gpu.scope();
    const x = random.normals(rows * n);
    const X = rows ? gpu.upload(x, [rows, n]) : gpu.tensor([rows, n]);
    const held = random.normals(n);
    const [fresh, added] = [gpu.tensor([n]), gpu.upload(held)];
    columnSums(gpu, X, { into: asColumns(fresh), accumulate: false });
    columnSums(gpu, X, { into: asColumns(added), accumulate: true });
    const expected = summed(x, n);
    assertClose(await gpu.read(fresh), expected, 2e-6, `${rows}×${n}`);
    assertClose(await gpu.read(added), expected.map((v, i) => v + held[i]), 2e-6, `${rows}×${n} added`);
  }
});

gpuTest("addPartials() puts blocks of rows into columns, whatever the number of parts", async (gpu) => {
  const random = new TestRandom(2);
  for (const parts of [1, 4, 5, 15, 16, 17, 70]) {
    for (const [m, n, stride, at] of [[3, 8, 16, 4], [2, 5, 9, 3]]) {
      using _scope = gpu.scope();
      const values = random.normals(parts * (m + 1) * n);
      const wide = gpu.upload(new Float32Array(m * stride).fill(2), [m, stride]);
      const row = gpu.tensor([n]);
      addPartials(gpu, gpu.upload(values, [parts, m + 1, n]), [
        { rows: m, target: { into: columns(wide, at, n), accumulate: true } },
        { rows: 1, target: { into: asColumns(row), accumulate: false } },
      ]);
      const sums = summed(values, (m + 1) * n);
      const expected = new Float64Array(m * stride).fill(2);
      for (let i = 0; i < m * n; i++) expected[Math.floor(i / n) * stride + at + i % n] += sums[i];
      assertClose(await gpu.read(wide), expected, 2e-6, `${parts} parts, columns ${at} of ${stride}`);
      assertClose(await gpu.read(row), sums.subarray(m * n), 2e-6, `${parts} parts, the last row`);
    }
  }
});

gpuTest(
  "addPartials() takes one dispatch for neighbouring blocks in one buffer, whichever comes first there",
  async (gpu) => {
    const random = new TestRandom(3);
    const [parts, m, n] = [3, 4, 8];
    const values = random.normals(parts * (m + 1) * n);
    const partials = gpu.upload(values, [parts, m + 1, n]);
    const sums = summed(values, (m + 1) * n);
    for (const [matrixAt, rowAt] of [[64, 128], [128, 64]]) {
      const all = gpu.upload(new Float32Array(256).fill(1));
      const before = gpu.dispatches;
      addPartials(gpu, partials, [
        { rows: m, target: { into: asColumns(part(all, matrixAt, [m, n])), accumulate: true } },
        { rows: 1, target: { into: asColumns(part(all, rowAt, [n])), accumulate: false } },
      ]);
      assert.equal(gpu.dispatches - before, 1);
      const expected = new Float64Array(256).fill(1);
      for (let i = 0; i < m * n; i++) expected[matrixAt + i] += sums[i];
      for (let i = 0; i < n; i++) expected[rowAt + i] = sums[m * n + i];
      assertClose(await gpu.read(all), expected, 2e-6, `matrix at ${matrixAt}, row at ${rowAt}`);
    }
  },
);

gpuTest("addPartials() leaves out blocks that are not wanted", async (gpu) => {
  const values = Float32Array.from({ length: 12 }, (_, i) => i);
  const row = gpu.tensor([2]);
  const partials = gpu.upload(values, [2, 3, 2]);
  addPartials(gpu, partials, [
    { rows: 2, target: undefined },
    { rows: 1, target: { into: asColumns(row), accumulate: false } },
  ]);
  assert.deepEqual([...await gpu.read(row)], [4 + 10, 5 + 11]);
});
