import assert from "node:assert/strict";
import type { KernelBenchmark } from "../../kernels/bench.ts";
import { type Gpu, GpuError, openGpu } from "../../kernels/gpu/mod.ts";
import { copyBenchmark } from "./copy.ts";
import { Bench } from "./measure.ts";

const works = { ...copyBenchmark(1024), name: "works" };

function throwing(name: string, prepare: (gpu: Gpu) => () => void): KernelBenchmark {
  return { name, small: true, prepare };
}

Deno.test("Bench.measure() makes a row of what a benchmark throws, and goes on with a fresh device", async () => {
  let opened = 0;
  using bench = new Bench(() => {
    opened++;
    return openGpu();
  });
  if (!(await bench.gpu()).features.timestamps) return;
  const tooLarge = throwing("too large", (gpu) => {
    gpu.tensor([2 ** 40]);
    return () => {};
  });
  const lost = throwing("lost", (gpu) => {
    const launch = works.prepare(gpu);
    gpu.device.destroy();
    return launch;
  });
  const wrong = throwing("wrong", () => {
    throw new RangeError("no such shape\nmore");
  });
  const statuses: string[] = [];
  for (const benchmark of [works, tooLarge, works, lost, works, wrong, works]) {
    const row = await bench.measure(benchmark, 2, 1e9);
    statuses.push(`${row.name}: ${row.status}`);
    if (row.name === "wrong") assert.equal(row.reason, "no such shape");
    if (row.status === "ok") assert.equal(row.seconds.samples.length, 2);
  }
  assert.deepEqual(statuses, [
    "works: ok",
    "too large: over-limit",
    "works: ok",
    "lost: failed",
    "works: ok",
    "wrong: failed",
    "works: ok",
  ]);
  assert.equal(opened, 4);
});

Deno.test("Bench.measure() leaves large benchmarks out on an adapter that computes in software", async () => {
  using bench = new Bench(openGpu);
  const large = { ...works, small: false };
  const { status } = await bench.measure(large, 1, 1e9);
  assert.equal(status === "left-out", (await bench.gpu()).adapter.isSoftware);
});

Deno.test("Bench.measure() makes rows also when no device can be opened any more", async () => {
  using bench = new Bench(() => Promise.reject(new GpuError("no-adapter", "the card is gone")));
  assert.deepEqual(await bench.measure(works, 1, 1e9), {
    name: "works",
    status: "failed",
    reason: "the card is gone",
  });
});
