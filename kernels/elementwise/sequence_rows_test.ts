import { lengths } from "../lengths.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { concatenateRows, maskRows, takeRows } from "./sequence_rows.ts";

for (const d of [1, 6, 8]) {
  gpuTest(`maskRows() zeroes padding of any content, ${d} wide`, async (gpu) => {
    const [host, time] = [[3, 0, 5, 1], 5];
    const x = new TestRandom(d).normals(host.length * time * d);
    const expected = x.slice();
    host.forEach((n, b) => {
      x.fill(NaN, (b * time + n) * d, (b + 1) * time * d);
      expected.fill(0, (b * time + n) * d, (b + 1) * time * d);
    });
    await assertTensor(gpu, maskRows(gpu, gpu.upload(x, [4, time, d]), lengths(gpu, host, time)), expected, 0);
  });

  gpuTest(`concatenateRows() puts b's rows behind a's real ones, ${d} wide`, async (gpu) => {
    const random = new TestRandom(d + 10);
    const [host, timeA, timeB] = [[2, 0, 3], 3, 2];
    const a = random.normals(3 * timeA * d);
    const b = random.normals(3 * timeB * d);
    const expected = new Float32Array(3 * (timeA + timeB) * d);
    host.forEach((n, i) => {
      const start = i * (timeA + timeB) * d;
      expected.set(a.subarray(i * timeA * d, (i * timeA + n) * d), start);
      expected.set(b.subarray(i * timeB * d, (i + 1) * timeB * d), start + n * d);
      a.fill(NaN, (i * timeA + n) * d, (i + 1) * timeA * d);
    });
    const y = concatenateRows(
      gpu,
      gpu.upload(a, [3, timeA, d]),
      lengths(gpu, host, timeA),
      gpu.upload(b, [3, timeB, d]),
    );
    await assertTensor(gpu, y, expected, 0);
  });

  gpuTest(`takeRows() takes rows from each start, zeros past the lengths and the end, ${d} wide`, async (gpu) => {
    const [starts, host, time, count] = [[0, 2, 5, 3], [3, 1, 2, 3], 5, 3];
    const x = new TestRandom(d + 20).normals(4 * time * d);
    const taken = (limits: number[]) =>
      Float32Array.from({ length: 4 * count * d }, (_, i) => {
        const [b, u] = [Math.floor(i / d / count), Math.floor(i / d) % count];
        return u < limits[b] && starts[b] + u < time ? x[(b * time + starts[b] + u) * d + i % d] : 0;
      });
    const limited = taken(host);
    const whole = taken([count, count, count, count]);
    const tensor = gpu.upload(x, [4, time, d]);
    const start = lengths(gpu, starts, time);
    await assertTensor(gpu, takeRows(gpu, tensor, start, count), whole, 0);
    await assertTensor(gpu, takeRows(gpu, tensor, start, count, lengths(gpu, host, count)), limited, 0);
  });
}

gpuTest("takeRows() gives back what concatenateRows() put behind", async (gpu) => {
  const b = new TestRandom(3).normals(2 * 3 * 4);
  const real = lengths(gpu, [1, 4], 4);
  const both = concatenateRows(gpu, gpu.zeros([2, 4, 4]), real, gpu.upload(b, [2, 3, 4]));
  await assertTensor(gpu, takeRows(gpu, both, real, 3), b, 0);
});
