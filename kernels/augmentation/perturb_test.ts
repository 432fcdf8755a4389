import assert from "node:assert/strict";
import type { Gpu, Tensor } from "../gpu/mod.ts";
import { lengths } from "../lengths.ts";
import { assertClose, gpuTest, TestRandom } from "../testing/mod.ts";
import { perturb, perturbedLength } from "./perturb.ts";
import { normalAt, perturbReference } from "./perturb_reference.ts";

/** Sequences side by side, loud behind their ends. */
function padded(gpu: Gpu, sequences: readonly Int16Array[], width: number): Tensor {
  const all = new Int16Array(sequences.length * width).fill(0x7fff);
  for (const [b, x] of sequences.entries()) all.set(x, b * width);
  return gpu.upload(new Uint32Array(all.buffer), [sequences.length, width / 2]);
}

/** 16 bits of a sequence of which 1 is full scale. */
const sixteenBit = (x: ArrayLike<number>) => Int16Array.from(x, (v) => Math.round(32767 * v));
const scaled = (x: Int16Array) => Float64Array.from(x, (v) => v / 32768);

const plain = (speed: number) => ({ speed: [speed], gain: [1], noise: [0], seed: [0] });

for (const speed of [0.5, 0.9, 1, 1.1, 1.9]) {
  gpuTest(`perturb() equals its reference at speed ${speed}`, async (gpu) => {
    const random = new TestRandom(7);
    const sequences = [401, 1, 0, 97, 2].map((n) => sixteenBit(random.normals(n).map((v) => v / 5)));
    const how = {
      speed: [speed, speed, speed, 1.003, speed],
      gain: [1, 2, 1, -0.5, 0],
      noise: [0, 0.1, 0.1, 0.01, 1],
      seed: [1, 2, 3, 4, 0xffffffff],
    };
    const host = sequences.map((x) => x.length);
    const width = 830;
    const y = perturb(gpu, padded(gpu, sequences, 412), lengths(gpu, host, 412), how, width);
    const values = await gpu.read(y.samples);
    assert.deepEqual([...await gpu.read({ ...y.lengths.device, type: "u32" })], y.lengths.host);
    for (const [b, x] of sequences.entries()) {
      const of = { speed: how.speed[b], gain: how.gain[b], noise: how.noise[b], seed: how.seed[b] };
      const expected = new Float64Array(width);
      expected.set(perturbReference(scaled(x), of));
      assert.equal(y.lengths.host[b], perturbedLength(x.length, of.speed));
      assertClose(values.subarray(b * width, (b + 1) * width), expected, 2e-6, `sequence ${b}`);
    }
  });
}

gpuTest("perturb() keeps its place in a long recording", async (gpu) => {
  const n = 300_000; // 19 s, of which only the end sounds
  const x = new Int16Array(n);
  x.set(sixteenBit(new TestRandom(1).normals(60).map((v) => v / 5)), n - 60);
  const speed = 1.1;
  const y = perturb(gpu, padded(gpu, [x], n), lengths(gpu, [n], n), plain(speed), n);
  const [first, last] = [perturbedLength(n - 60, speed), perturbedLength(n, speed)];
  const expected = perturbReference(scaled(x), { speed, gain: 1, noise: 0, seed: 0 }).subarray(first, last);
  assertClose((await gpu.read(y.samples)).subarray(first, last), expected, 2e-6);
});

/** Amplitude of a tone in x, away from its ends. */
function amplitude(x: ArrayLike<number>, cyclesPerSample: number): number {
  let [re, im, count] = [0, 0, 0];
  for (let i = 100; i < x.length - 100; i++, count++) {
    re += x[i] * Math.cos(2 * Math.PI * cyclesPerSample * i);
    im += x[i] * Math.sin(2 * Math.PI * cyclesPerSample * i);
  }
  return 2 * Math.hypot(re, im) / count;
}

for (const [speed, frequency, expected] of [[1.25, 0.1, 1], [0.8, 0.3, 1], [1.25, 0.35, 1], [1.25, 0.45, 0]]) {
  gpuTest(
    `perturb() at speed ${speed} makes a tone of ${frequency} cycles a sample ${speed} times higher`,
    async (gpu) => {
      const n = 2000;
      const x = sixteenBit(Float64Array.from({ length: n }, (_, i) => Math.cos(2 * Math.PI * frequency * i)));
      const width = perturbedLength(n, speed);
      const y = perturb(gpu, padded(gpu, [x], n), lengths(gpu, [n], n), plain(speed), width);
      const found = amplitude(await gpu.read(y.samples), frequency * speed); // which an alias has too
      assert.ok(Math.abs(found - expected) < 0.01, `amplitude ${found}, expected ${expected}`);
    },
  );
}

Deno.test("normalAt() draws normal numbers that differ between seeds", () => {
  const n = 100_000;
  const of = (seed: number) => Float64Array.from({ length: n }, (_, i) => normalAt(seed, i));
  const [a, b] = [of(1), of(2)];
  const mean = (f: (i: number) => number) => Array.from({ length: n }, (_, i) => f(i)).reduce((s, v) => s + v, 0) / n;
  const near = (value: number, expected: number, what: string) =>
    assert.ok(Math.abs(value - expected) < 0.05, `${what} is ${value}, expected ${expected}`);
  near(mean((i) => a[i]), 0, "mean");
  near(mean((i) => a[i] ** 2), 1, "variance");
  near(mean((i) => a[i] ** 4) / 3, 1, "kurtosis");
  near(mean((i) => a[i] * a[(i + 1) % n]), 0, "correlation with the next");
  near(mean((i) => a[i] * b[i]), 0, "correlation with another seed");
});

gpuTest("perturb() throws when what it is given does not fit", (gpu) => {
  const samples = gpu.tensor([2, 5]);
  const whole = lengths(gpu, [10, 10], 10);
  const how = { speed: [1, 1], gain: [1, 1], noise: [0, 0], seed: [1, 2] };
  assert.throws(() => perturb(gpu, samples, whole, how, 9), /grows to 10 samples, more than 9/);
  assert.throws(() => perturb(gpu, samples, whole, { ...how, speed: [1, 9] }, 10), /speed 9 is out of range/);
  assert.throws(() => perturb(gpu, samples, whole, { ...how, noise: [1] }, 10), /1 of noise for 2 sequences/);
  assert.throws(() => perturb(gpu, samples, lengths(gpu, [10], 10), how, 10), /perturb with 1 lengths/);
});
