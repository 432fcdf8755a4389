import { part, slice, Tape } from "../gpu/mod.ts";
import { assertClose, assertGradients, gpuTest, TestRandom } from "../testing/mod.ts";
import { embedding, gatherRows } from "./embedding.ts";

/** Σ over tokens of their rows of dy; `before` is what the table's gradient holds. */
function tableGradient(tokens: Uint32Array, dy: Float32Array, before: Float32Array, d: number): Float64Array {
  const sum = Float64Array.from(before);
  tokens.forEach((v, n) => {
    for (let c = 0; c < d && (v + 1) * d <= before.length; c++) sum[v * d + c] += dy[n * d + c];
  });
  return sum;
}

const SHAPES = [[1, 1, 1], [5, 3, 14], [31, 64, 33], [2, 260, 3], [7, 131, 1023], [3, 4, 1024], [32, 20, 1025], [
  11,
  8,
  2053,
]];
for (const [vocabulary, d, count] of SHAPES) {
  gpuTest(`embedding() sums the gradients of ${count} tokens into a table ${vocabulary} × ${d}`, async (gpu) => {
    const random = new TestRandom(vocabulary + d);
    const tokens = Uint32Array.from({ length: count }, () => random.integer(vocabulary + 1));
    tokens[0] = 0;
    if (count > 9) tokens[9] = 0xffffffff;
    const dy = random.normals(count * d);
    const table = gpu.upload(random.normals(vocabulary * d), [vocabulary, d]);
    using tape = new Tape(gpu);
    tape.track(table);
    const y = tape.recording(() => embedding(gpu, table, gpu.upload(tokens)));
    tape.add(y, gpu.upload(dy, y.shape));
    tape.backward();
    const expected = tableGradient(tokens, dy, new Float32Array(vocabulary * d), d);
    assertClose(await gpu.read(tape.takeGradient(table)!), expected, 1e-6);
  });
}

gpuTest("embedding() adds to the gradient of a table that is a part of all weights", async (gpu) => {
  const [vocabulary, d] = [10, 6];
  const random = new TestRandom(1);
  const [all, before] = [random.normals(192), random.normals(192)];
  const [weights, gradients] = [gpu.upload(all), gpu.upload(before)];
  const tokens = Uint32Array.from({ length: 30 }, () => random.integer(vocabulary));
  const dy = random.normals(tokens.length * d);
  const table = part(weights, 64, [vocabulary, d]);
  using tape = new Tape(gpu);
  tape.watch(table, part(gradients, 64, [vocabulary, d]));
  const y = tape.recording(() => embedding(gpu, table, gpu.upload(tokens)));
  tape.add(y, gpu.upload(dy, y.shape));
  tape.backward();
  const expected = Float64Array.from(before);
  expected.set(tableGradient(tokens, dy, before.subarray(64, 124), d), 64);
  assertClose(await gpu.read(gradients), expected, 1e-6);
});

gpuTest("embedding() looks at no token behind the last one", async (gpu) => {
  const dy = new TestRandom(3).normals(16);
  const expected = dy.slice(0, 13).reduce((a, b) => a + b, 0);
  dy.fill(NaN, 13);
  const table = gpu.zeros([1, 1]);
  using tape = new Tape(gpu);
  tape.track(table);
  const tokens = slice(gpu.zeros([16], "u32"), 0, 13);
  const y = tape.recording(() => embedding(gpu, table, tokens));
  tape.add(y, slice(gpu.upload(dy, [16, 1]), 0, 13));
  tape.backward();
  assertClose(await gpu.read(tape.takeGradient(table)!), [expected], 1e-6);
});

for (const d of [3, 8]) {
  gpuTest(`gatherRows() gives rows ${d} wide their gradients, others none, and adds to what is there`, async (gpu) => {
    const [batch, time] = [4, 5];
    const x = gpu.upload(new TestRandom(d).normals(batch * time * d), [batch, time, d]);
    const indices = [[4, 0, 3, 7], [4, 1, 0, 2]];
    const index = indices.map((host) => gpu.upload(Uint32Array.from(host)));
    const pick = (v: Float64Array, chosen: number[]) =>
      Float64Array.from({ length: batch * d }, (_, i) => {
        const b = Math.floor(i / d);
        return chosen[b] < time ? v[(b * time + chosen[b]) * d + i % d] : 0;
      });
    await assertGradients(gpu, { x }, () => gatherRows(gpu, x, index[0]), (v) => [pick(v.x, indices[0])]);
    await assertGradients(
      gpu,
      { x },
      () => index.map((i) => gatherRows(gpu, x, i)),
      (v) => indices.map((chosen) => pick(v.x, chosen)),
    );
  });
}
