import { type Gpu, GpuError, kernel, size, type Tensor, write } from "./gpu/mod.ts";

/** One kernel at one shape, to be timed. */
export interface KernelBenchmark {
  /** Operation and shape: "matmul 4096×4096×4096". */
  readonly name: string;
  /** Floating-point operations of one launch, where arithmetic is what counts. */
  readonly flops?: number;
  /** The least bytes one launch can move (each input read once, each output written once). */
  readonly bytes?: number;
  /** Whether it is small enough for a software adapter (well under a second at 1 GFLOP/s). */
  readonly small: boolean;
  /** Makes the inputs on the device and returns what is timed: a call that records one launch. */
  prepare(gpu: Gpu): () => void;
}

const fillKernel = kernel(
  "fill random",
  { count: "u32", seed: "u32", scale: "f32" },
  { x: write() },
  `
fn pcg(v: u32) -> u32 { // PCG hash (Jarzynski and Olano 2020)
  let state = v * 747796405u + 2891336453u;
  let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * 256u + local;
  if (i >= params.count) { return; }
  x[i] = params.scale * (f32(pcg(i ^ pcg(params.seed))) / 2147483648.0 - 1.0);
}`,
);

/** A tensor of uniform values in [−scale, scale), made on the device (an upload would leave a GPU idle and slow). */
export function randomTensor(gpu: Gpu, shape: readonly number[], seed: number, scale = 1): Tensor {
  const x = gpu.tensor(shape);
  gpu.dispatch(fillKernel, { x }, { count: size(x), seed, scale }, gpu.grid(Math.ceil(size(x) / 256)));
  return x;
}

/** How long a kernel is kept busy before it is timed: an idle GPU takes about 0.3 s to reach its clock. */
const WARM_UP_SECONDS = 0.3;

/**
 * Seconds of one launch, by GPU timestamps: `samples` values, each the mean over as many launches in one pass as take
 * about `sampleSeconds`. Throws where the device has no timestamps.
 */
export async function measureKernel(
  gpu: Gpu,
  benchmark: KernelBenchmark,
  samples = 10,
  sampleSeconds = gpu.adapter.isSoftware ? 0.05 : 0.02,
): Promise<number[]> {
  if (!gpu.features.timestamps) {
    throw new GpuError("invalid", "this adapter has no timestamp-query: kernels cannot be timed");
  }
  using _inputs = gpu.scope();
  const launch = benchmark.prepare(gpu);
  const time = async (repeats: number): Promise<number> => {
    gpu.stage("launches", () => {
      for (let i = 0; i < repeats; i++) {
        using _scratch = gpu.scope();
        launch();
      }
    });
    return ((await gpu.stageSeconds()).get("launches") ?? 0) / repeats;
  };
  let each = await time(1); // compiles
  const warmUp = gpu.adapter.isSoftware ? 0 : WARM_UP_SECONDS;
  for (let spent = 0; spent < warmUp;) {
    const repeats = Math.max(1, Math.min(2000, Math.ceil(0.05 / Math.max(each, 1e-6))));
    each = await time(repeats);
    spent += Math.max(repeats * each, 1e-3);
  }
  const repeats = Math.max(1, Math.min(2000, Math.round(sampleSeconds / Math.max(each, 1e-6))));
  const measured: number[] = [];
  for (let i = 0; i < samples; i++) {
    if (!gpu.adapter.isSoftware) await time(repeats); // back to full clock after the pause of the readback
    measured.push(await time(repeats));
  }
  return measured;
}
