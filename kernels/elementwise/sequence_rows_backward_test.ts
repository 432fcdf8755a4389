import { columns, Tape, type Tensor } from "../gpu/mod.ts";
import { type Lengths, lengths } from "../lengths.ts";
import { assertTensor, gpuTest, TestRandom } from "../testing/mod.ts";
import { gate } from "./gate.ts";
import { concatenateRows, maskRows, takeRows } from "./sequence_rows.ts";

/** Rows (b, t) of a [B, time, d] tensor whose elements `from` gives by their place in another, or 0. */
function rowsOf(batch: number, time: number, d: number, from: (b: number, t: number) => Float32Array | undefined) {
  const y = new Float32Array(batch * time * d);
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < time; t++) y.set(from(b, t) ?? new Float32Array(d), (b * time + t) * d);
  }
  return y;
}

for (const d of [1, 6, 8]) {
  const row = (v: Float32Array, time: number, b: number, t: number) =>
    v.subarray((b * time + t) * d, (b * time + t + 1) * d);
  const plus = (a: Float32Array, b: Float32Array) => a.map((v, i) => v + b[i]);

  gpuTest(`maskRows() passes on the gradient of real rows and reads no other, ${d} wide`, async (gpu) => {
    const [host, time] = [[3, 0, 5, 1], 5];
    const dy = new TestRandom(d).normals(host.length * time * d);
    const expected = rowsOf(4, time, d, (b, t) => t < host[b] ? row(dy, time, b, t) : undefined);
    host.forEach((n, b) => dy.fill(NaN, (b * time + n) * d, (b + 1) * time * d));
    const x = gpu.zeros([4, time, d]);
    const real = lengths(gpu, host, time);
    using tape = new Tape(gpu);
    tape.track(x);
    for (let i = 0; i < 2; i++) tape.add(tape.recording(() => maskRows(gpu, x, real)), gpu.upload(dy, x.shape));
    tape.backward();
    await assertTensor(gpu, tape.takeGradient(x)!, expected.map((v) => 2 * v), 0);
  });

  gpuTest(`concatenateRows() parts its gradient, ${d} wide`, async (gpu) => {
    const [host, timeA, timeB] = [[2, 0, 3], 3, 2];
    const time = timeA + timeB;
    const dy = new TestRandom(d).normals(3 * time * d);
    const da = rowsOf(3, timeA, d, (b, t) => t < host[b] ? row(dy, time, b, t) : undefined);
    const db = rowsOf(3, timeB, d, (b, t) => row(dy, time, b, host[b] + t));
    host.forEach((n, b) => dy.fill(NaN, (b * time + n + timeB) * d, (b + 1) * time * d));
    const [a, b] = [gpu.zeros([3, timeA, d]), gpu.zeros([3, timeB, d])];
    using tape = new Tape(gpu);
    [a, b].forEach((x) => tape.track(x));
    const y = tape.recording(() => concatenateRows(gpu, a, lengths(gpu, host, timeA), b));
    tape.add(y, gpu.upload(dy, y.shape));
    tape.backward();
    await assertTensor(gpu, tape.takeGradient(a)!, da, 0);
    await assertTensor(gpu, tape.takeGradient(b)!, db, 0);
  });

  gpuTest(`takeRows() puts its gradient where the rows came from and adds it, ${d} wide`, async (gpu) => {
    const [starts, host, time, count] = [[0, 2, 5, 3], [3, 1, 2, 3], 5, 3];
    const random = new TestRandom(d);
    const dys = [random.normals(4 * count * d), random.normals(4 * count * d)];
    const placed = (dy: Float32Array, limits: number[]) =>
      rowsOf(
        4,
        time,
        d,
        (b, t) => t >= starts[b] && t - starts[b] < limits[b] ? row(dy, count, b, t - starts[b]) : undefined,
      );
    const expected = [placed(dys[0], host), placed(dys[1], [count, count, count, count])];
    host.forEach((n, b) => dys[0].fill(NaN, (b * count + n) * d, (b + 1) * count * d));
    const x = gpu.zeros([4, time, d]);
    const start = lengths(gpu, starts, time);
    const gradient = async (limits: (Lengths | undefined)[]): Promise<Tensor> => {
      using tape = new Tape(gpu);
      tape.track(x);
      limits.forEach((limit, i) => {
        const y = tape.recording(() => takeRows(gpu, x, start, count, limit));
        tape.add(y, gpu.upload(dys[i], y.shape));
      });
      tape.backward();
      await gpu.idle();
      return tape.takeGradient(x)!;
    };
    const real = lengths(gpu, host, count);
    await assertTensor(gpu, await gradient([real]), expected[0], 0);
    await assertTensor(gpu, await gradient([real, undefined]), plus(expected[0], expected[1]), 1e-7);
  });
}

gpuTest("maskRows() and gate() pass on zeros for padding between them", async (gpu) => {
  const real = lengths(gpu, [1, 2], 2);
  const both = gpu.upload(new TestRandom(1).normals(2 * 2 * 8), [2, 2, 8]);
  using tape = new Tape(gpu);
  tape.track(both);
  const y = tape.recording(() => maskRows(gpu, gate(gpu, columns(both, 0, 4), columns(both, 4, 4)), real));
  tape.add(y, gpu.upload(new Float32Array(16).fill(1), y.shape));
  tape.backward();
  const dx = await gpu.read(tape.takeGradient(both)!);
  for (let i = 0; i < 32; i++) {
    if ((dx[i] === 0) !== (i >= 8 && i < 16)) throw new Error(`element ${i} is ${dx[i]}`);
  }
});
