import assert from "node:assert/strict";
import { kernel, read, write } from "../gpu/mod.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { COMPLEX_WGSL, radices, stage } from "./fft.ts";
import { rootsOfUnity } from "./filters.ts";

Deno.test("radices() multiply to the number of points, in few stages", () => {
  for (let n = 1; n <= 600; n++) assert.equal(radices(n).reduce((a, b) => a * b, 1), n);
  assert.deepEqual(radices(200), [5, 5, 8]);
  assert.deepEqual(radices(256), [8, 8, 4]);
  assert.deepEqual(radices(16), [4, 4]);
  assert.deepEqual(radices(2 * 3 * 101), [3, 101, 2]);
});

for (const points of [2, 3, 4, 5, 7, 8, 9, 16, 22, 25, 32, 60, 64, 77, 101, 120, 128, 200, 256, 240]) {
  for (const rootsPerPoint of points % 20 === 0 ? [1, 2] : [1]) {
    gpuTest(`stage() chains to the transform of ${points} points, ${rootsPerPoint} roots a point`, async (gpu) => {
      const [frames, threads] = [3, 16];
      let done = 1;
      const list = radices(points);
      const code = list.map((radix, i) => {
        const [from, to] = i % 2 === 0 ? ["odd", "even"] : ["even", "odd"];
        const text = stage(
          { points, radix, done, frames, threads, rootsPerPoint },
          (frame, n) => `${i === 0 ? "x" : from}[${frame} * ${points}u + ${n}]`,
          to,
        );
        done *= radix;
        return `${text}\nworkgroupBarrier();`;
      });
      const transform = kernel(
        `test transform ${points} ${rootsPerPoint}`,
        {},
        { x: read("vec2f"), roots: read("vec2f"), y: write("vec2f") },
        `
var<workgroup> even: array<vec2f, ${frames * points}>;
var<workgroup> odd: array<vec2f, ${frames * points}>;
${COMPLEX_WGSL}
@compute @workgroup_size(${threads}) fn main(@builtin(local_invocation_index) local: u32) {
  ${code.join("\n")}
  for (var i = local; i < ${frames * points}u; i += ${threads}u) { y[i] = ${list.length % 2 ? "even" : "odd"}[i]; }
}`,
      );
      const x = new TestRandom(points).normals(2 * frames * points);
      const y = gpu.tensor([frames, points, 2]);
      const roots = gpu.upload(rootsOfUnity(points * rootsPerPoint));
      gpu.dispatch(transform, { x: gpu.upload(x), roots, y }, {}, [1]);
      const expected = new Float64Array(x.length);
      for (let i = 0; i < frames * points; i++) {
        const [start, k] = [Math.floor(i / points) * points, i % points];
        for (let n = 0; n < points; n++) {
          const angle = -2 * Math.PI * (k * n % points) / points;
          const [re, im] = [x[2 * (start + n)], x[2 * (start + n) + 1]];
          expected[2 * i] += re * Math.cos(angle) - im * Math.sin(angle);
          expected[2 * i + 1] += re * Math.sin(angle) + im * Math.cos(angle);
        }
      }
      await assertTensor(gpu, y, expected, 1e-6);
    });
  }
}
