import { type Gpu, joined, kernel, reduceWorkgroup, unroll, variants, write } from "../gpu/mod.ts";
import type { Scores } from "./naive_scores.ts";
import { lengthBindings, type Problem, problemLengths, problemParams, problemValues, visibility } from "./problem.ts";

/** Vec4s of a row that one invocation keeps in registers, at most; longer rows are read twice. */
const LARGEST_CACHE = 16;

/**
 * Softmax (base 2: the queries are scaled for it) of every row of scores in place, over the keys that the row's query
 * sees; the weights of the others are zero. One workgroup a row, which it holds in registers up to 65536 keys.
 */
export function scoreSoftmax(gpu: Gpu, p: Problem, scores: Scores): void {
  const quads = Math.max(1, Math.ceil(p.keys / 4));
  const widest = Math.min(1024, gpu.limits.maxComputeInvocationsPerWorkgroup, gpu.limits.maxComputeWorkgroupSizeX);
  const threads = [32, 64, 128, 256, 512, 1024].find((n) => n >= Math.min(quads / 2, widest)) ?? 1024;
  const each = Math.ceil(quads / threads);
  const cached = each > LARGEST_CACHE ? 0 : 2 ** Math.ceil(Math.log2(each));
  const rows = scores.pairs * p.queries;
  gpu.dispatch(
    softmaxKernel(Math.min(threads, widest), cached),
    { ...problemLengths(p), scores: scores.tensor },
    { ...problemValues(p), rows, first_pair: scores.firstPair },
    gpu.grid(rows),
  );
}

const softmaxKernel = variants((threads: number, cached: number) =>
  kernel(
    `naive attention softmax ${threads}×${cached}`,
    { ...problemParams, rows: "u32", first_pair: "u32" },
    { ...lengthBindings, scores: write("vec4f") },
    `
var<workgroup> values: array<f32, ${threads}>;
const HIDDEN = -1e30;
const NOTHING = -1e29;
${visibility}
fn score(at: u32, i: u32, lowest: u32, stop: u32) -> vec4f {
  let key = 4u * i + vec4u(0, 1, 2, 3);
  return select(vec4f(HIDDEN), scores[at + i], (key >= vec4u(lowest)) & (key < vec4u(stop)));
}
fn largest_of(v: vec4f) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }
fn sum_of(v: vec4f) -> f32 { return (v.x + v.y) + (v.z + v.w); }

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) { return; }
  let b = (params.first_pair + row / params.queries) / params.heads;
  let position = row % params.queries + params.query_offset;
  let keys = key_count(b);
  let lowest = first_key(position);
  let stop = end_key(position, keys);
  let quads = (params.keys + 3u) / 4u;
  let at = row * quads;
  ${cached > 0 ? inRegisters(threads, cached) : inPasses(threads)}
}`,
  )
);

/** One read and one write of the row. */
function inRegisters(threads: number, cached: number): string {
  const index = (i: number) => `(local + ${i * threads}u)`;
  return `
  ${
    unroll(cached, (i) => `
  var v${i} = vec4f(HIDDEN);
  if (${index(i)} < quads) { v${i} = score(at, ${index(i)}, lowest, stop); }`)
  }
  values[local] = largest_of(${unroll(cached - 1, () => "max(")}v0${joined(cached - 1, "", (i) => `, v${i + 1})`)});
  ${reduceWorkgroup("values", "local", threads, (a, b) => `max(${a}, ${b})`)}
  let largest = max(values[0], NOTHING);
  workgroupBarrier();
  ${unroll(cached, (i) => `v${i} = exp2(v${i} - largest);`)}
  values[local] = sum_of(${joined(cached, " + ", (i) => `v${i}`)});
  ${reduceWorkgroup("values", "local", threads, (a, b) => `${a} + ${b}`)}
  let total = values[0];
  let factor = select(0.0, 1.0 / total, total > 0.0);
  ${unroll(cached, (i) => `if (${index(i)} < quads) { scores[at + ${index(i)}] = factor * v${i}; }`)}`;
}

/** Two reads and one write: maximum and sum at once (online), then the weights. */
function inPasses(threads: number): string {
  return `
  var peak = NOTHING;
  var sum = 0.0;
  for (var i = local; i < quads; i += ${threads}u) {
    let v = score(at, i, lowest, stop);
    let raised = max(peak, largest_of(v));
    sum = sum * exp2(peak - raised) + sum_of(exp2(v - raised));
    peak = raised;
  }
  values[local] = peak;
  ${reduceWorkgroup("values", "local", threads, (a, b) => `max(${a}, ${b})`)}
  let largest = values[0];
  workgroupBarrier();
  values[local] = sum * exp2(peak - largest);
  ${reduceWorkgroup("values", "local", threads, (a, b) => `${a} + ${b}`)}
  let total = values[0];
  let factor = select(0.0, 1.0 / total, total > 0.0);
  for (var i = local; i < quads; i += ${threads}u) {
    scores[at + i] = factor * exp2(score(at, i, lowest, stop) - largest);
  }`;
}
