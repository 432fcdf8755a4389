import assert from "node:assert/strict";
import { asColumns, part } from "../gpu/mod.ts";
import { assertClose, gpuTest, TestRandom } from "../testing/mod.ts";
import { addPartials } from "./add_partials.ts";
import { deferringSums, partialSums } from "./deferred.ts";

/** Blocks of a flat buffer that sums go to: parts, rows and columns of their partial sums, and where they begin. */
const SUMS = [
  { parts: 1, rows: 3, n: 8, at: 0 },
  { parts: 15, rows: 1, n: 40, at: 64 },
  { parts: 16, rows: 9, n: 132, at: 128 },
  { parts: 70, rows: 2, n: 4, at: 1344 },
  { parts: 5, rows: 2, n: 6, at: 1408 }, // no vectors: added at once
  { parts: 3, rows: 3, n: 8, at: 0 }, // the first place again
];
const SIZE = 16384; // room enough for all

gpuTest("deferringSums() adds what addPartials() would, in few dispatches", async (gpu) => {
  const random = new TestRandom(1);
  const held = random.normals(SIZE);
  const expected = Float64Array.from(held);
  const out = gpu.upload(held, [SIZE]);
  const values = SUMS.map(({ parts, rows, n, at }) => {
    const own = random.normals(parts * rows * n);
    own.forEach((v, i) => expected[at + i % (rows * n)] += v);
    return own;
  });
  const before = gpu.dispatches;
  deferringSums(gpu, out, () => {
    SUMS.forEach(({ parts, rows, n, at }, i) => {
      const partials = partialSums(gpu, [parts, rows, n]);
      gpu.write(partials, values[i]);
      const into = asColumns(part(out, at, [rows, n]));
      addPartials(gpu, partials, [{ rows, target: { into, accumulate: true } }]);
    });
  });
  const poisoned = 3; // the room, and the table of each of two dispatches
  assert.equal(gpu.dispatches - before - poisoned, 3); // four sums, the one without vectors, and the one that came twice
  assertClose(await gpu.read(out), expected, 2e-6);
});

gpuTest("deferringSums() leaves alone what does not go to its buffer, and what is not added to it", async (gpu) => {
  const [out, other] = [gpu.zeros([64]), gpu.zeros([64])];
  deferringSums(gpu, out, () => {
    for (const [into, accumulate] of [[other, true], [out, false]] as const) {
      const partials = partialSums(gpu, [2, 1, 64]);
      gpu.write(partials, new Float32Array(128).fill(3));
      addPartials(gpu, partials, [{ rows: 1, target: { into: asColumns(into), accumulate } }]);
    }
  });
  assert.ok((await gpu.read(other)).every((v) => v === 6));
  assert.ok((await gpu.read(out)).every((v) => v === 6));
});

gpuTest(
  "deferringSums() makes room by adding what waits, and adds at once what is larger than all of it",
  async (gpu) => {
    const n = 1024;
    const out = gpu.zeros([n]);
    deferringSums(gpu, out, () => {
      for (const parts of [1, 1, 1, 2, 3]) {
        const partials = partialSums(gpu, [parts, 1, n]);
        gpu.write(partials, new Float32Array(parts * n).fill(1));
        addPartials(gpu, partials, [{ rows: 1, target: { into: asColumns(out), accumulate: true } }]);
      }
    });
    assert.ok((await gpu.read(out)).every((v) => v === 8));
  },
);

gpuTest("partialSums() is a tensor like others where no sums wait", (gpu) => {
  const before = gpu.ledger.liveBytes;
  {
    using _scope = gpu.scope();
    assert.deepEqual(partialSums(gpu, [2, 3, 4]).shape, [2, 3, 4]);
  }
  assert.equal(gpu.ledger.liveBytes, before);
});
