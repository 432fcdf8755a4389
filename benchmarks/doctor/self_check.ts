import { measureKernel } from "../../kernels/bench.ts";
import { type Gpu, kernel, read, reduceWorkgroup, write } from "../../kernels/gpu/mod.ts";
import { significant } from "../../reports/format.ts";
import { median } from "../../reports/statistics/quantile.ts";
import { bufferCopyRate, copyBenchmark, copyBytes } from "../kernels/copy.ts";
import { type Check, ok } from "./findings.ts";

const SIZE = 64;

const testKernel = kernel(
  "doctor",
  { count: "u32" },
  { x: read(), sums: write() },
  `var<workgroup> part: array<f32, ${SIZE}>;
@compute @workgroup_size(${SIZE})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = group.x * ${SIZE}u + local;
  part[local] = 0.0;
  if (i < params.count) { part[local] = x[i] * exp(-x[i]); }
  ${reduceWorkgroup("part", "local", SIZE, (a, b) => `${a} + ${b}`)}
  if (local == 0u) { sums[group.x] = part[0]; }
}`,
);

/** Whether a kernel with memory shared between its threads, a barrier and an exponential gives what the CPU gives. */
export async function checkArithmetic(gpu: Gpu): Promise<Check> {
  using _scope = gpu.scope();
  const count = 1000;
  const x = Float32Array.from({ length: count }, (_, i) => (i % 97) / 13);
  const groups = Math.ceil(count / SIZE);
  const sums = gpu.tensor([groups]);
  gpu.dispatch(testKernel, { x: gpu.upload(x), sums }, { count }, [groups]);
  const found = await gpu.read(sums);
  let worst = 0;
  for (let group = 0; group < groups; group++) {
    const expected = x.subarray(group * SIZE, (group + 1) * SIZE).reduce((sum, v) => sum + v * Math.exp(-v), 0);
    worst = Math.max(worst, Math.abs(found[group] / expected - 1));
  }
  if (worst <= 1e-5) return ok("arithmetic", `a kernel agrees with the CPU to ${worst.toExponential(1)}`);
  return {
    name: "arithmetic",
    state: "failed",
    detail: `a kernel's sums are off from the CPU's by ${worst.toExponential(1)}`,
    remedy: "update the GPU's driver, or try --gpu dawn: what this adapter computes cannot be trusted",
  };
}

/** How fast memory is copied, by a kernel and by the driver, and whether timestamps count nanoseconds. */
export async function checkSpeed(gpu: Gpu): Promise<Check[]> {
  const bytes = copyBytes(gpu);
  const driver = `${significant(await bufferCopyRate(gpu, bytes) / 1e9)} GB/s by the driver`;
  if (!gpu.features.timestamps) {
    return [ok("copy bandwidth", driver), {
      name: "timestamps",
      state: "missing",
      detail:
        "the adapter has no timestamp-query, so stages are timed by the host's clock and bench:kernels cannot run",
      remedy: "update the GPU's driver, or try --gpu dawn",
    }];
  }
  const benchmark = copyBenchmark(bytes);
  const seconds = median(await measureKernel(gpu, benchmark, 5));
  return [
    ok("copy bandwidth", `${significant(benchmark.bytes! / seconds / 1e9)} GB/s by a kernel, ${driver}`),
    await checkClock(gpu, seconds),
  ];
}

/** WebGPU's timestamps are nanoseconds; an implementation that hands on a driver's raw ticks would falsify every figure. */
async function checkClock(gpu: Gpu, copySeconds: number): Promise<Check> {
  using _scope = gpu.scope();
  const launch = copyBenchmark(copyBytes(gpu)).prepare(gpu);
  const time = async (copies: number) => {
    await gpu.idle();
    const start = performance.now();
    gpu.stage("copies", () => {
      for (let i = 0; i < copies; i++) launch();
    });
    await gpu.idle();
    const host = (performance.now() - start) / 1000;
    return { host, device: (await gpu.stageSeconds()).get("copies") ?? 0 };
  };
  await time(1);
  // Long enough that the wait's own 10 ms or so, and a timestamp that is many times off, can be told apart.
  let { host, device } = await time(Math.max(1, Math.min(5000, Math.round(0.3 / copySeconds))));
  for (let copies = 5000; host < 0.15 && copies < 2 ** 18; copies *= 4) ({ host, device } = await time(copies));
  const ratio = device / host;
  const detail = `${significant(ratio)} s of GPU time for each second of the host's clock`;
  if (ratio > 0.5 && ratio < 1.1) return ok("timestamps", detail);
  return {
    name: "timestamps",
    state: "missing",
    detail: `${detail}: the GPU's clock does not count nanoseconds, or something else keeps it busy`,
    remedy: "end other programs that use the GPU; if it stays, trust the host's times only, or try --gpu dawn",
  };
}
