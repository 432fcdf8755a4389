import assert from "node:assert/strict";
import { gpuTest, TestRandom } from "../testing/mod.ts";
import { kernel, read, write } from "./kernel.ts";
import { joined, numbered, reduceWorkgroup, unroll, unroll2 } from "./wgsl.ts";

Deno.test("unroll() writes one line for each index", () => {
  assert.equal(unroll(3, (i) => `let a${i} = ${i * i};`), "let a0 = 0;\nlet a1 = 1;\nlet a2 = 4;");
  assert.equal(unroll(0, () => "never"), "");
});

Deno.test("unroll2() goes row by row", () => {
  assert.equal(unroll2(2, 2, (row, column) => `${row}${column}`), "00\n01\n10\n11");
});

Deno.test("joined() separates", () => assert.equal(joined(3, " + ", (i) => `a${i}`), "a0 + a1 + a2"));

Deno.test("numbered() marks the line and shows those around it", () => {
  const text = Array.from({ length: 30 }, (_, i) => `line${i + 1}`).join("\n");
  assert.equal(numbered(text, 20, 1), "    19 | line19\n>   20 | line20\n    21 | line21");
  assert.equal(numbered(text, 1, 1).split("\n").length, 2);
  assert.equal(numbered(text, 30, 1).split("\n").length, 2);
  assert.equal(numbered(text).split("\n").length, 30);
});

for (const size of [1, 2, 32, 256]) {
  gpuTest(`reduceWorkgroup() leaves the sum of ${size} values in the first element`, async (gpu) => {
    const sum = kernel(
      `sum ${size}`,
      {},
      { x: read(), y: write() },
      `var<workgroup> part: array<f32, ${size}>;
@compute @workgroup_size(${size}) fn main(@builtin(local_invocation_index) local: u32) {
  part[local] = x[local];
  ${reduceWorkgroup("part", "local", size, (a, b) => `${a} + ${b}`)}
  if (local == 0u) { y[0] = part[0]; }
}`,
    );
    const random = new TestRandom(size);
    const x = Float32Array.from({ length: size }, () => random.integer(1000)); // sums exactly
    const y = gpu.tensor([1]);
    gpu.dispatch(sum, { x: gpu.upload(x), y }, {}, [1]);
    assert.equal((await gpu.read(y))[0], x.reduce((a, b) => a + b, 0));
  });
}
