import { type Binding, type Kernel, kernel, read, reduceWorkgroup, variants, write } from "../gpu/mod.ts";
import { type CtcLayout, LOWEST } from "./ctc_paths.ts";

/** Marks the end of a chain. */
const NONE = "0xffffffffu";

/** Labels that a workgroup of `chainsKernel` takes. */
export const CHAIN_THREADS = 64;

/**
 * Chains the places of a text that hold the same label: labels [B, L] → chains [B, L, 2], of each place the label where it
 * stands there first (else 0), and the next place that holds it. So one invocation can sum up a label in a fixed order.
 */
export const chainsKernel = kernel(
  "ctc chains",
  { width: "u32" },
  { labels: read("u32"), labelLengths: read("u32"), chains: write("u32") },
  `
@compute @workgroup_size(${CHAIN_THREADS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let k = id.x;
  let count = labelLengths[group.y];
  if (k >= count) { return; }
  let start = group.y * params.width;
  let label = labels[start + k];
  var before = 0u;
  while (labels[start + before] != label) { before++; } // stops at k
  var next = k + 1u;
  while (next < count && labels[start + next] != label) { next++; }
  chains[2u * (start + k)] = select(0u, label, before == k);
  chains[2u * (start + k) + 1u] = select(next, ${NONE}, next == count);
}`,
);

type GradientParams = { rows: "u32"; time: "u32"; frames: "u32"; classes: "u32"; width: "u32"; scale: "f32" };

/**
 * (softmax − occupancy) · scale of the row group.x, by a workgroup. The occupancy of a state is its share of Σ e^(α + β)
 * over the frame's states, so that neither α nor β needs a scale that other frames share. Every label is summed up by
 * the invocation of its first place, after all classes have been given their softmax.
 */
export const gradientKernel: (
  threads: number,
  layout: CtcLayout,
  scaled: boolean,
) => Kernel<GradientParams, Record<string, Binding>> = (threads, layout, scaled) =>
  makeGradientKernel(threads, layout.threads, layout.pairs, scaled);

const makeGradientKernel = variants((threads: number, pathThreads: number, pairs: number, scaled: boolean) =>
  kernel(
    `ctc gradient ${threads} of ${pathThreads}×${pairs}${scaled ? " scaled" : ""}`,
    { rows: "u32", time: "u32", frames: "u32", classes: "u32", width: "u32", scale: "f32" } as GradientParams,
    {
      logits: read(),
      totals: read(),
      lengths: read("u32"),
      labelLengths: read("u32"),
      chains: read("u32"),
      impossible: read("u32"),
      alpha: read("vec2f"),
      beta: read("vec2f"),
      ...(scaled ? { scales: read() } : {}),
      gradient: write(),
    } as Record<string, Binding>,
    `
const LOWEST = ${LOWEST};
var<workgroup> peaks: array<f32, ${threads}>;
var<workgroup> sums: array<vec2f, ${threads}>;

/// Where the paths' kernel kept pair k of its frame.
fn slot(k: u32) -> u32 { return ${pairs === 1 ? "k" : `(k % ${pairs}u) * ${pathThreads}u + k / ${pairs}u`}; }

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) { return; }
  let batch = row / params.time;
  let t = row - batch * params.time;
  let start = row * params.classes;
  if (t >= lengths[batch] || impossible[batch] != 0u) {
    for (var v = local; v < params.classes; v += ${threads}u) { gradient[start + v] = 0.0; }
    return;
  }
  let count = labelLengths[batch];
  let kept = (batch * params.frames + t) * ${pathThreads * pairs}u;

  var peak = 3.0 * LOWEST;
  for (var k = local; k <= count; k += ${threads}u) {
    let a = alpha[kept + slot(k)];
    peak = max(peak, a.x + beta[kept + slot(count - k)].x);
    if (k < count) { peak = max(peak, a.y + beta[kept + slot(count - 1u - k)].y); }
  }
  peaks[local] = peak;
  ${reduceWorkgroup("peaks", "local", threads, (a, b) => `max(${a}, ${b})`)}
  let largest = peaks[0];
  var sum = vec2f();
  for (var k = local; k <= count; k += ${threads}u) {
    let a = alpha[kept + slot(k)];
    sum.x += exp(a.x + beta[kept + slot(count - k)].x - largest);
    if (k < count) { sum.y += exp(a.y + beta[kept + slot(count - 1u - k)].y - largest); }
  }
  sums[local] = sum;
  ${reduceWorkgroup("sums", "local", threads, (a, b) => `${a} + ${b}`)}
  let all = sums[0];
  let scale = ${scaled ? "scales[batch]" : "params.scale"};
  let share = scale / (all.x + all.y);

  let total = totals[row];
  for (var v = local; v < params.classes; v += ${threads}u) {
    gradient[start + v] = scale * exp(logits[start + v] - total) - select(0.0, share * all.x, v == 0u);
  }
  storageBarrier();
  workgroupBarrier();
  for (var k = local; k < count; k += ${threads}u) {
    let label = chains[2u * (batch * params.width + k)];
    if (label != 0u) {
      var occupancy = 0.0;
      for (var at = k; at != ${NONE}; at = chains[2u * (batch * params.width + at) + 1u]) {
        occupancy += exp(alpha[kept + slot(at)].y + beta[kept + slot(count - 1u - at)].y - largest);
      }
      gradient[start + label] -= share * occupancy;
    }
  }
}`,
  )
);
