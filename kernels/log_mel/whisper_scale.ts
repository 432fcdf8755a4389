import {
  type Binding,
  type Gpu,
  type Kernel,
  kernel,
  type ParamType,
  read,
  reduceWorkgroup,
  type Tensor,
  variants,
  write,
} from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import { framesWgsl } from "./spec.ts";

/** Which of the frames are real: what the log-mel kernel was given. */
export interface ClipEnds {
  readonly firstFrame: number;
  readonly hop: number;
  /** Absolute end of the clips without lengths. */
  readonly end: number;
}

const THREADS = 256;
/** Partial maxima a clip, at most. */
const MOST_PARTIALS = 128;
/** Elements worth a workgroup. */
const LEAST_ELEMENTS = 4096;

const PARAMS = {
  frames: "u32",
  bins: "u32",
  hop: "u32",
  firstFrame: "u32",
  end: "u32",
  partials: "u32",
  chunk: "u32",
} as const satisfies Record<string, ParamType>;

type ScaleKernel = Kernel<typeof PARAMS, Record<string, Binding>>;

/** WGSL: elements of a clip's real frames. */
const real = (ragged: boolean) => `
${framesWgsl(true)}
fn realElements(clip: u32) -> u32 {
  let frames = framesOf(${ragged ? "ends[clip]" : "params.end"});
  return min(params.frames, max(frames, params.firstFrame) - params.firstFrame) * params.bins;
}`;

/** Workgroup (chunk, clip): the maximum of one chunk of a clip's real elements. */
const partialKernel = variants((ragged: boolean): ScaleKernel =>
  kernel(
    `whisper_scale maxima${ragged ? " lengths" : ""}`,
    PARAMS,
    { mel: read(), ...(ragged ? { ends: read("u32") } : {}), maxima: write() },
    `
var<workgroup> best: array<f32, ${THREADS}>;
${real(ragged)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let stop = min((group.x + 1u) * params.chunk, realElements(group.y));
  let clip = group.y * params.frames * params.bins;
  var most = -10.0; // the least that the logarithm gives
  for (var i = group.x * params.chunk + local; i < stop; i += ${THREADS}u) { most = max(most, mel[clip + i]); }
  best[local] = most;
  ${reduceWorkgroup("best", "local", THREADS, (a, b) => `max(${a}, ${b})`)}
  if (local == 0u) { maxima[group.y * params.partials + group.x] = best[0]; }
}`,
  )
);

/** The same workgroups, each over one chunk: takes the clip's maximum from the partial ones and scales in place. */
const applyKernel = variants((ragged: boolean): ScaleKernel =>
  kernel(
    `whisper_scale${ragged ? " lengths" : ""}`,
    PARAMS,
    { maxima: read(), ...(ragged ? { ends: read("u32") } : {}), mel: write() },
    `
var<workgroup> best: array<f32, ${MOST_PARTIALS}>;
${real(ragged)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  if (local < ${MOST_PARTIALS}u) { best[local] = maxima[group.y * params.partials + min(local, params.partials - 1u)]; }
  ${reduceWorkgroup("best", "local", MOST_PARTIALS, (a, b) => `max(${a}, ${b})`)}
  let least = best[0] - 8.0;
  let stop = min((group.x + 1u) * params.chunk, realElements(group.y));
  let clip = group.y * params.frames * params.bins;
  for (var i = group.x * params.chunk + local; i < stop; i += ${THREADS}u) {
    mel[clip + i] = (max(mel[clip + i], least) + 4.0) / 4.0;
  }
}`,
  )
);

/**
 * Whisper's dynamic range, in place: log10 mel [B, frames, bins] is raised to its clip's maximum − 8, then (x + 4) / 4.
 * Padding rows neither count nor change. A maximum does not depend on the order, so the result is deterministic.
 */
export function whisperScale(gpu: Gpu, mel: Tensor, sampleLengths: Lengths | undefined, ends: ClipEnds): void {
  using _scope = gpu.scope();
  const [batch, frames, bins] = mel.shape;
  const elements = frames * bins;
  if (batch * elements === 0) return;
  const chunk = Math.max(LEAST_ELEMENTS, Math.ceil(elements / MOST_PARTIALS));
  const partials = Math.ceil(elements / chunk);
  const params = { frames, bins, ...ends, partials, chunk };
  const maxima = gpu.tensor([batch, partials]);
  const ragged = sampleLengths !== undefined;
  const bindings = { mel, maxima, ...(sampleLengths ? { ends: sampleLengths.device } : {}) };
  gpu.dispatch(partialKernel(ragged), bindings, params, [partials, batch]);
  gpu.dispatch(applyKernel(ragged), bindings, params, [partials, batch]);
}
