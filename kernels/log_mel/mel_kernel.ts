import { type Binding, type Kernel, kernel, type ParamType, read, variants, write } from "../gpu/mod.ts";
import { COMPLEX_WGSL, describeRadices, radices, stage } from "./fft.ts";
import { framesWgsl, type MelSpec } from "./spec.ts";

/** How a workgroup is shared out: see README.md. */
export interface MelVariant {
  /** Frames a workgroup. */
  readonly frames: number;
  /** Invocations a workgroup. */
  readonly threads: number;
  /** "fft", or the transform's definition: the naive rung. */
  readonly transform: "fft" | "dft";
}

/** WGSL that finds the sample which stands at position p outside 0 … end − 1. */
const PADDING = {
  zero: "return 0.0;",
  // A triangle wave: also clips shorter than the window get an answer.
  reflect: `
    if (end <= 0) { return 0.0; }
    let period = max(2 * (end - 1), 1);
    q = abs(p) % period;
    if (q > end - 1) { q = period - q; }`,
};

type MakeMelKernel = (
  nFft: number,
  window: number,
  padding: MelSpec["padding"],
  whisper: boolean,
  ragged: boolean,
  frames: number,
  threads: number,
  transform: MelVariant["transform"],
) => Kernel<Record<string, ParamType>, Record<string, Binding>>;

/**
 * `frames` frames a workgroup: window → transform → power → mel filters → logarithm, all in workgroup memory. A transform
 * of n real samples is one of n / 2 complex ones (even samples + i · odd samples) and a pass that separates the two halves;
 * pairing the samples of one frame rather than two frames keeps every frame's result independent of its neighbours.
 */
export const melKernel: MakeMelKernel = variants(
  (nFft, window, padding, whisper, ragged, frames, threads, transform): ReturnType<MakeMelKernel> => {
    const halved = nFft % 2 === 0;
    const points = halved ? nFft / 2 : nFft;
    const list = transform === "dft" ? [points] : radices(points);
    const stages = list.length > 0 ? list : [1]; // one point: its sum is itself
    const frequencies = Math.floor(nFft / 2) + 1;
    const input = (frame: string, n: string) =>
      halved
        ? `vec2f(windowed(${frame}, 2u * (${n})), windowed(${frame}, 2u * (${n}) + 1u))`
        : `vec2f(windowed(${frame}, ${n}), 0.0)`;
    let done = 1;
    const code = stages.map((radix, i) => {
      const [from, to] = i % 2 === 0 ? ["odd", "even"] : ["even", "odd"];
      const text = stage(
        { points, radix, done, frames, threads, rootsPerPoint: nFft / points },
        i === 0 ? input : (frame, n) => `${from}[${frame} * ${points}u + ${n}]`,
        to,
      );
      done *= radix;
      return `${text}\nworkgroupBarrier();`;
    });
    const result = stages.length % 2 === 1 ? "even" : "odd";
    const margin = Math.floor((nFft - window) / 2);
    return kernel(
      `log_mel ${nFft} (${describeRadices(list)}) ${frames}×${threads} ${padding} ${whisper ? "log10" : "log"}${
        ragged ? " lengths" : ""
      }`,
      {
        rows: "u32",
        frames: "u32",
        bins: "u32",
        hop: "u32",
        firstFrame: "u32",
        width: "u32",
        sampleStart: "i32",
        end: "i32",
        reach: "i32",
        floor: "f32",
      },
      {
        samples: read(),
        ...(ragged ? { ends: read("u32") } : {}),
        hann: read(),
        roots: read("vec2f"),
        weights: read(),
        ranges: read("vec4u"),
        mel: write(),
      },
      `
var<workgroup> even: array<vec2f, ${frames * points}>;
var<workgroup> odd: array<vec2f, ${stages.length > 1 ? frames * points : 1}>;
var<workgroup> power: array<f32, ${frames * frequencies}>;
var<workgroup> clips: array<u32, ${frames}>; // of each frame
var<workgroup> starts: array<i32, ${frames}>; // absolute sample at its window's beginning
var<workgroup> stops: array<i32, ${frames}>; // absolute end of its clip; 0 where the frame is padding
${COMPLEX_WGSL}
${framesWgsl(whisper)}

fn windowed(frame: u32, n: u32) -> f32 {
  let m = n${margin > 0 ? ` - ${margin}u` : ""}; // wraps below the window, to something past its end
  ${window < nFft ? `if (m >= ${window}u) { return 0.0; }` : ""}
  let p = starts[frame] + i32(m);
  let end = stops[frame];
  var q = p;
  if (p < 0 || p >= end) { ${PADDING[padding]} }
  return hann[m] * samples[clips[frame] * params.width + u32(q - params.sampleStart)];
}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let firstRow = (group.y * groups.x + group.x) * ${frames}u;
  if (local < ${frames}u) {
    let row = firstRow + local;
    let clip = row / params.frames;
    let t = params.firstFrame + row % params.frames;
    var end = 0u;
    if (row < params.rows) { end = ${ragged ? "ends[clip]" : "u32(params.end)"}; }
    clips[local] = clip;
    starts[local] = i32(t * params.hop) - params.reach;
    stops[local] = select(0, i32(end), t < framesOf(end));
  }
  workgroupBarrier();
  ${code.join("\n")}
  ${halved ? separate(points, frames, threads, result) : powers(points, frequencies, frames, threads, result)}
  workgroupBarrier();
  for (var i = local; i < ${frames}u * params.bins; i += ${threads}u) {
    let frame = i / params.bins;
    let range = ranges[i - frame * params.bins];
    let base = frame * ${frequencies}u + range.x;
    var sum = 0.0;
    for (var k = 0u; k < range.y; k++) { sum += weights[range.z + k] * power[base + k]; }
    let value = ${whisper ? "log(max(sum, 1e-10)) * 0.43429448190325183" : "log(sum + params.floor)"};
    if (firstRow + frame < params.rows) { mel[firstRow * params.bins + i] = select(0.0, value, stops[frame] > 0); }
  }
}`,
    );
  },
);

/** WGSL: power of both halves of the spectrum from the transform of the paired samples. */
function separate(points: number, frames: number, threads: number, from: string): string {
  const pairs = Math.floor(points / 2) + 1;
  return `
  for (var i = local; i < ${frames * pairs}u; i += ${threads}u) {
    let frame = i / ${pairs}u;
    let k = i % ${pairs}u;
    let a = ${from}[frame * ${points}u + k];
    let b = ${from}[frame * ${points}u + ${points === 1 ? "0u" : `select(${points}u - k, 0u, k == 0u)`}];
    let evens = 0.5 * vec2f(a.x + b.x, a.y - b.y);
    let odds = times(0.5 * vec2f(a.y + b.y, b.x - a.x), roots[k]);
    let lower = evens + odds;
    let upper = evens - odds;
    power[frame * ${points + 1}u + k] = dot(lower, lower);
    if (2u * k != ${points}u) { power[frame * ${points + 1}u + ${points}u - k] = dot(upper, upper); }
  }`;
}

/** WGSL: power of a plain transform's first half. */
function powers(points: number, frequencies: number, frames: number, threads: number, from: string): string {
  return `
  for (var i = local; i < ${frames * frequencies}u; i += ${threads}u) {
    let z = ${from}[(i / ${frequencies}u) * ${points}u + i % ${frequencies}u];
    power[i] = dot(z, z);
  }`;
}

/** Workgroup memory of a variant, in bytes. */
export function workgroupBytes(nFft: number, frames: number): number {
  const points = nFft % 2 === 0 ? nFft / 2 : nFft;
  return frames * (16 * points + 4 * (Math.floor(nFft / 2) + 1) + 12);
}
