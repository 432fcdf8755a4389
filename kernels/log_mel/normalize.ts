import { expectShape, type Gpu, kernel, read, reduceWorkgroup, type Tensor, write } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";

/** A workgroup is LANES bins wide and DEEP rows deep. */
const LANES = 32;
const DEEP = 8;
const THREADS = LANES * DEEP;
/** Rows worth a workgroup, and workgroups a clip at most. */
const LEAST_ROWS = 64;
const MOST_CHUNKS = 256;

const EPSILON = 1e-5;

/** WGSL start of a kernel over tiles of bins (x, fastest), chunks of rows (x) and clips (y). */
const TILED = `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let tiles = (params.bins + ${LANES - 1}u) / ${LANES}u;
  let bin = (group.x % tiles) * ${LANES}u + local % ${LANES}u;
  let column = min(bin, params.bins - 1u);
  let part = local / ${LANES}u;
  let clip = group.y;`;

/** Leaves the sum over `part` of every lane in values[lane], lane < LANES. */
const sumOverParts = reduceWorkgroup("values", "local", DEEP, (a, b) => `${a} + ${b}`)
  .replaceAll(/\[local \+ (\d+)u\]/g, (_, n) => `[local + ${Number(n) * LANES}u]`)
  .replaceAll(/local < (\d+)u/g, (_, n) => `local < ${Number(n) * LANES}u`);

/** Mean and sum of squared deviations of a chunk of rows, by two passes over it (the second from cache). */
const chunkKernel = kernel(
  "normalize chunks",
  { time: "u32", bins: "u32", chunk: "u32", chunks: "u32" },
  { mel: read(), lengths: read("u32"), moments: write("vec2f") },
  `
var<workgroup> values: array<f32, ${THREADS}>;
${TILED}
  let piece = group.x / tiles;
  let stop = min((piece + 1u) * params.chunk, lengths[clip]);
  let first = piece * params.chunk;
  let count = f32(max(stop, first) - first);
  let start = clip * params.time;
  var sum = 0.0;
  for (var t = first + part; t < stop; t += ${DEEP}u) { sum += mel[(start + t) * params.bins + column]; }
  values[local] = sum;
  ${sumOverParts}
  let mean = values[local % ${LANES}u] / max(count, 1.0);
  workgroupBarrier();
  var squares = 0.0;
  for (var t = first + part; t < stop; t += ${DEEP}u) {
    let d = mel[(start + t) * params.bins + column] - mean;
    squares += d * d;
  }
  values[local] = squares;
  ${sumOverParts}
  if (part == 0u && bin < params.bins) {
    moments[(clip * params.chunks + piece) * params.bins + bin] = vec2f(mean, values[local]);
  }
}`,
);

/** Joins the chunks' moments (Chan, Golub and LeVeque 1979): each part takes every DEEP-th chunk, then parts in a tree. */
const joinKernel = kernel(
  "normalize moments",
  { bins: "u32", chunk: "u32", chunks: "u32" },
  { moments: read("vec2f"), lengths: read("u32"), mean: write(), deviation: write() },
  `
struct Moments { count: f32, mean: f32, squares: f32 }
fn join(a: Moments, b: Moments) -> Moments {
  let count = a.count + b.count;
  let share = b.count / max(count, 1.0);
  let d = b.mean - a.mean;
  return Moments(count, a.mean + d * share, a.squares + b.squares + d * d * a.count * share);
}
var<workgroup> parts: array<Moments, ${THREADS}>;
${TILED}
  let length = lengths[clip];
  var all = Moments(0.0, 0.0, 0.0);
  for (var piece = part; piece < params.chunks; piece += ${DEEP}u) {
    let first = piece * params.chunk;
    let count = f32(clamp(length, first, first + params.chunk) - first);
    let m = moments[(clip * params.chunks + piece) * params.bins + column];
    all = join(all, Moments(count, m.x, m.y));
  }
  parts[local] = all;
  workgroupBarrier();
  for (var half = ${DEEP / 2}u; half > 0u; half /= 2u) {
    if (part < half) { parts[local] = join(parts[local], parts[local + half * ${LANES}u]); }
    workgroupBarrier();
  }
  if (part == 0u && bin < params.bins) {
    let result = parts[local];
    mean[clip * params.bins + bin] = result.mean;
    deviation[clip * params.bins + bin] = sqrt(result.squares / max(result.count, 1.0));
  }
}`,
);

const ELEMENTS = 256;

/** (x − mean) / (deviation + 10⁻⁵); `clipStride`: elements from one clip's statistics to the next, 0 where they are shared. */
const applyKernel = kernel(
  "normalize",
  { count: "u32", time: "u32", bins: "u32", clipStride: "u32", epsilon: "f32" },
  { mel: read(), mean: read(), deviation: read(), lengths: read("u32"), y: write() },
  `
@compute @workgroup_size(${ELEMENTS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${ELEMENTS}u + local;
  if (i >= params.count) { return; }
  let row = i / params.bins;
  let clip = row / params.time;
  let at = clip * params.clipStride + i - row * params.bins;
  var v = 0.0;
  if (row - clip * params.time < lengths[clip]) { v = (mel[i] - mean[at]) / (deviation[at] + params.epsilon); }
  y[i] = v;
}`,
);

function apply(gpu: Gpu, mel: Tensor, mean: Tensor, deviation: Tensor, lengths: Lengths, clipStride: number): Tensor {
  const [batch, time, bins] = mel.shape;
  const y = gpu.tensor(mel.shape);
  const count = batch * time * bins;
  gpu.dispatch(
    applyKernel,
    { mel, mean, deviation, lengths: lengths.device, y },
    { count, time, bins, clipStride, epsilon: EPSILON },
    gpu.grid(Math.ceil(count / ELEMENTS)),
  );
  return y;
}

/**
 * Subtracts the mean of each utterance and bin and divides by its (population) deviation + 10⁻⁵, both over the utterance's
 * real frames only: mel [B, T, bins] → [B, T, bins], rows t ≥ lengths[b] zero. Deterministic, and as accurate for
 * half an hour as for a second. Throws a RangeError when the shapes do not fit.
 */
export function normalizeUtterance(gpu: Gpu, mel: Tensor, lengths: Lengths): Tensor {
  using scope = gpu.scope();
  const batch = lengths.host.length;
  expectShape(`normalizeUtterance with ${batch} lengths`, mel, [batch, -1, -1]);
  const [, time, bins] = mel.shape;
  const chunk = Math.max(LEAST_ROWS, Math.ceil(time / MOST_CHUNKS));
  const chunks = Math.ceil(time / chunk);
  const tiles = Math.ceil(bins / LANES);
  const moments = gpu.tensor([batch, chunks, bins, 2]);
  gpu.dispatch(chunkKernel, { mel, lengths: lengths.device, moments }, { time, bins, chunk, chunks }, [
    tiles * chunks,
    batch,
  ]);
  const mean = gpu.tensor([batch, bins]);
  const deviation = gpu.tensor([batch, bins]);
  gpu.dispatch(joinKernel, { moments, lengths: lengths.device, mean, deviation }, { bins, chunk, chunks }, [
    tiles,
    batch,
  ]);
  return scope.keep(apply(gpu, mel, mean, deviation, lengths, bins));
}

/**
 * The same with statistics given, such as a training set's (a stream cannot know its own): mean and deviation [bins].
 * Throws a RangeError when the shapes do not fit.
 */
export function normalizeFixed(gpu: Gpu, mel: Tensor, mean: Tensor, deviation: Tensor, lengths: Lengths): Tensor {
  expectShape(`normalizeFixed with ${lengths.host.length} lengths`, mel, [lengths.host.length, -1, -1]);
  for (const [name, tensor] of Object.entries({ mean, deviation })) {
    expectShape(`normalizeFixed's ${name}`, tensor, [mel.shape[2]]);
  }
  return apply(gpu, mel, mean, deviation, lengths, 0);
}
