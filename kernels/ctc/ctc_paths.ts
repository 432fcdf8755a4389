import { type Binding, type Gpu, type Kernel, kernel, read, unroll, variants, write } from "../gpu/mod.ts";

/** How the states of an utterance are shared out: each invocation of its workgroup keeps `pairs` of (blank, label). */
export interface CtcLayout {
  readonly threads: number;
  readonly pairs: number;
}

/** The layout for texts of up to `longest` labels, which are longest + 1 pairs, the last one without its label. */
export function ctcLayout(gpu: Gpu, longest: number, threads = chooseThreads(gpu, longest + 1)): CtcLayout {
  return { threads, pairs: Math.ceil((longest + 1) / threads) };
}

function chooseThreads(gpu: Gpu, pairs: number): number {
  const most = Math.min(1024, gpu.limits.maxComputeInvocationsPerWorkgroup, gpu.limits.maxComputeWorkgroupSizeX);
  let threads = 32;
  while (threads * 2 <= most && threads * 2 < pairs) threads *= 2; // two pairs an invocation
  return threads;
}

/** Stands for ln 0: sums and differences of a few stay finite, and exp of it is 0. */
export const LOWEST = "-1.0e30";

/** Steps written out in the loop: emissions are loaded this far ahead, and values brought back to 0 this often. */
const STEPS = 4;

const KEPT: Record<string, Binding> = { alpha: write("vec2f"), beta: write("vec2f") };

type PathsParams = { time: "u32"; frames: "u32"; classes: "u32"; width: "u32"; scale: "f32" };

/**
 * Forward variables of utterance group.x (group.y 0), or backward ones (1), which are the forward ones of the reversed
 * frames and labels. A step is one barrier: an invocation's states stay in its registers, and of its neighbour's it needs
 * only the last label's, from workgroup memory.
 *
 * Values are logarithms that go down by a few with each frame. So that float32 stays as exact after 45,000 frames as after
 * one, every STEPS frames the largest (as an integer, whose sum is exact) is taken off all. The kept variables are thus
 * right up to a constant of their frame, which the gradient divides out. Kept [B, frames, pairs, threads] of (blank,
 * label): α with its frame's emission, β without.
 */
export const pathsKernel: (
  threads: number,
  pairs: number,
  keep: boolean,
  scaled: boolean,
) => Kernel<PathsParams, Record<string, Binding>> = variants((threads, pairs, keep, scaled) =>
  kernel(
    `ctc paths ${threads}×${pairs}${keep ? " kept" : ""}${scaled ? " scaled" : ""}`,
    { time: "u32", frames: "u32", classes: "u32", width: "u32", scale: "f32" },
    {
      logits: read(),
      totals: read(),
      lengths: read("u32"),
      labels: read("u32"),
      labelLengths: read("u32"),
      ...(scaled ? { scales: read() } : {}),
      loss: write(),
      impossible: write("u32"),
      ...(keep ? KEPT : {}),
    },
    `
const LOWEST = ${LOWEST};
var<workgroup> edges: array<f32, ${2 * (threads + 1)}>; // the last label of every invocation, of two steps in turn
var<workgroup> peak: atomic<i32>;
var<workgroup> ends: array<f32, 2>;

fn logAdd(a: f32, b: f32) -> f32 {
  let most = max(a, b);
  return most + log(1.0 + exp(min(a, b) - most));
}

fn logAdd3(a: f32, b: f32, c: f32) -> f32 {
  let most = max(a, max(b, c));
  return most + log(exp(a - most) + exp(b - most) + exp(c - most));
}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let batch = group.x;
  let reversed = group.y == 1u;
  let length = lengths[batch];
  let count = labelLengths[batch];
  ${unroll(pairs, (p) => declarePair(pairs, p))}
  // Before the first frame all weight is in front of the first blank, from where the first label can be entered too.
  if (local == 0u) {
    b0 = 0.0;
    edges[0] = LOWEST;
    edges[${threads + 1}] = LOWEST;
    ends[1] = LOWEST;
    atomicStore(&peak, 0);
  }
  edges[local + 1u] = LOWEST;
  workgroupBarrier();

  var offset = 0;
  ${unroll(STEPS, (i) => declareEmissions(pairs, "now", i))}
  ${unroll(STEPS, (i) => loadEmissions(pairs, "now", i, "0u"))}
  for (var block = 0u; block < length; block += ${STEPS}u) {
    ${unroll(STEPS, (i) => declareEmissions(pairs, "next", i))}
    ${unroll(STEPS, (i) => loadEmissions(pairs, "next", i, `block + ${STEPS}u`))}
    ${unroll(STEPS, (i) => step(threads, pairs, keep, i))}
    ${
      unroll(STEPS, (i) =>
        `nowBlank${i} = nextBlank${i};
    ${unroll(pairs, (p) => `now${i}_${p} = next${i}_${p};`)}`)
    }
  }

  ${unroll(pairs, (p) => `if (k${p} == count) { ends[0] = b${p}; } if (k${p} + 1u == count) { ends[1] = l${p}; }`)}
  workgroupBarrier();
  if (local == 0u && !reversed) {
    let last = logAdd(ends[0], ends[1]);
    let none = last < 0.5 * LOWEST;
    impossible[batch] = select(0u, 1u, none);
    loss[batch] = select(-${scaled ? "scales[batch]" : "params.scale"} * (f32(offset) + last), 0.0, none);
  }
}`,
  )
);

/** Pair p: which label it holds, whether the label before may be left for it directly, and both states' values. */
function declarePair(pairs: number, p: number): string {
  return `
  let k${p} = local * ${pairs}u + ${p}u;
  let real${p} = k${p} < count;
  var class${p} = 0u;
  var skips${p} = false;
  if (real${p}) {
    class${p} = labels[batch * params.width + select(k${p}, count - 1u - k${p}, reversed)];
    skips${p} = k${p} > 0u && class${p} != labels[batch * params.width + select(k${p} - 1u, count - k${p}, reversed)];
  }
  var b${p} = LOWEST;
  var l${p} = LOWEST;`;
}

function declareEmissions(pairs: number, name: string, i: number): string {
  return `var ${name}Blank${i} = 0.0; ${unroll(pairs, (p) => `var ${name}${i}_${p} = 0.0;`)}`;
}

/** ln p of the blank and of the invocation's labels, i frames after the frame `from`. */
function loadEmissions(pairs: number, name: string, i: number, from: string): string {
  return `
    if (${from} + ${i}u < length) {
      let row = batch * params.time + select(${from} + ${i}u, length - 1u - (${from} + ${i}u), reversed);
      let total = totals[row];
      ${name}Blank${i} = logits[row * params.classes] - total;
      ${unroll(pairs, (p) => `${name}${i}_${p} = logits[row * params.classes + class${p}] - total;`)}
    }`;
}

/** Frame block + i. Pairs go from the last to the first, since each needs the label before it as it was. */
function step(threads: number, pairs: number, keep: boolean, i: number): string {
  const from = i % 2 * (threads + 1);
  const to = (i + 1) % 2 * (threads + 1);
  const shift = i === 0 ? " - shift" : "";
  const pair = (p: number) => `
      {
        let before = ${p === 0 ? `edges[${from}u + local]` : `l${p - 1}`};
        let intoBlank = logAdd(b${p}, before);
        let intoLabel = logAdd3(l${p}, b${p}, select(LOWEST, before, skips${p}));
        b${p} = intoBlank + (nowBlank${i}${shift});
        l${p} = select(LOWEST, intoLabel + (now${i}_${p}${shift}), real${p});
        ${
    keep
      ? `let at = kept + ${p * threads}u;
        if (reversed) { beta[at] = vec2f(intoBlank, select(LOWEST, intoLabel, real${p})); } else { alpha[at] = vec2f(b${p}, l${p}); }`
      : ""
  }
      }`;
  const largest = Array.from({ length: pairs }, (_, p) => p)
    .reduce((most, p) => `max(${most}, max(b${p}, l${p}))`, "-1.0e9");
  return `
    if (block + ${i}u < length) {
      ${i === 0 ? "let taken = atomicLoad(&peak); offset += taken; let shift = f32(taken);" : ""}
      ${i === 1 ? "if (local == 0u) { atomicStore(&peak, -1000000000); }" : ""}
      ${
    keep
      ? `let frame = select(block + ${i}u, length - 1u - (block + ${i}u), reversed);
      let kept = (batch * params.frames + frame) * ${threads * pairs}u + local;`
      : ""
  }
      ${unroll(pairs, (p) => pair(pairs - 1 - p))}
      ${i === STEPS - 1 ? `atomicMax(&peak, i32(min(${largest}, 1.0e9)));` : ""}
      edges[${to}u + local + 1u] = l${pairs - 1};
      workgroupBarrier();
    }`;
}
