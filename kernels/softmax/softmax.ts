import {
  type Gpu,
  kernel,
  read,
  reduceWorkgroup,
  rows,
  type Tensor,
  unroll,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import { rowRegisters, rowThreads } from "./row_elements.ts";
import { launchSoftmaxBackward } from "./softmax_backward.ts";

/** Elements of a row that one invocation keeps in registers, at most; longer rows are read twice. */
const LARGEST_CACHE = 16;

/** softmax(x) over the last dimension, by the row's maximum so that nothing overflows. x [..., n] → [..., n], any n. */
export function softmax(gpu: Gpu, x: Tensor): Tensor {
  return recorded(gpu, x, false);
}

/** log(softmax(x)) over the last dimension, without the loss of taking them one after the other. x [..., n] → [..., n]. */
export function logSoftmax(gpu: Gpu, x: Tensor): Tensor {
  return recorded(gpu, x, true);
}

function recorded(gpu: Gpu, x: Tensor, logarithm: boolean): Tensor {
  const y = launch(gpu, x, logarithm);
  gpu.tape?.record(logarithm ? "log_softmax" : "softmax", [x], [y], [y], (tape) => {
    const dy = tape.gradientOf(y);
    const target = tape.gradientInto(x);
    if (dy && target) launchSoftmaxBackward(gpu, y, dy, target, logarithm);
  });
  return y;
}

/** `cache` false forces the form that reads a row twice: for tests and benchmarks. */
export function launch(gpu: Gpu, x: Tensor, logarithm: boolean, cache = true): Tensor {
  const y = gpu.tensor(x.shape);
  const threads = rowThreads(gpu, width(x));
  const cached = cache ? rowRegisters(width(x), threads, LARGEST_CACHE) : 0;
  gpu.dispatch(
    softmaxKernel(threads, cached, logarithm),
    { x, y },
    { rows: rows(x), width: width(x) },
    gpu.grid(width(x) === 0 ? 0 : rows(x)),
  );
  return y;
}

/** One workgroup a row; each invocation takes every `threads`-th element, `cached` of them in registers (0: from memory). */
const softmaxKernel = variants((threads: number, cached: number, logarithm: boolean) =>
  kernel(
    `${logarithm ? "log_softmax" : "softmax"} ${threads}×${cached}`,
    { rows: "u32", width: "u32" },
    { x: read(), y: write() },
    `
var<workgroup> values: array<f32, ${threads}>;
const LOWEST = -3.0e38;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) { return; }
  let start = row * params.width;
  ${cached > 0 ? inRegisters(threads, cached, logarithm) : inPasses(threads, logarithm)}
}`,
  )
);

/** What an element becomes, given `largest`, `factor` = 1 / total and `logTotal`. */
function result(element: string, logarithm: boolean): string {
  return logarithm ? `${element} - largest - logTotal` : `factor * exp(${element} - largest)`;
}

function inRegisters(threads: number, cached: number, logarithm: boolean): string {
  const index = (i: number) => `(local + ${i * threads}u)`;
  const each = (write: (i: number) => string) =>
    unroll(cached, (i) => `if (${index(i)} < params.width) { ${write(i)} }`);
  return `
  ${unroll(cached, (i) => `var v${i} = LOWEST;`)}
  ${each((i) => `v${i} = x[start + ${index(i)}];`)}
  var peak = LOWEST;
  ${unroll(cached, (i) => `peak = max(peak, v${i});`)}
  values[local] = peak;
  ${reduceWorkgroup("values", "local", threads, (a, b) => `max(${a}, ${b})`)}
  let largest = values[0];
  workgroupBarrier();
  var sum = 0.0;
  ${each((i) => `sum += exp(v${i} - largest);`)}
  values[local] = sum;
  ${reduceWorkgroup("values", "local", threads, (a, b) => `${a} + ${b}`)}
  let ${logarithm ? "logTotal = log(values[0])" : "factor = 1.0 / values[0]"};
  ${each((i) => `y[start + ${index(i)}] = ${result(`v${i}`, logarithm)};`)}`;
}

/** Maximum and sum in one pass (Milakov and Gimelshein 2018), the results in another. */
function inPasses(threads: number, logarithm: boolean): string {
  return `
  var peak = LOWEST;
  var sum = 0.0;
  for (var i = local; i < params.width; i += ${threads}u) {
    let v = x[start + i];
    let raised = max(peak, v);
    sum = sum * exp(peak - raised) + exp(v - raised);
    peak = raised;
  }
  values[local] = peak;
  ${reduceWorkgroup("values", "local", threads, (a, b) => `max(${a}, ${b})`)}
  let largest = values[0];
  workgroupBarrier();
  values[local] = sum * exp(peak - largest);
  ${reduceWorkgroup("values", "local", threads, (a, b) => `${a} + ${b}`)}
  let ${logarithm ? "logTotal = log(values[0])" : "factor = 1.0 / values[0]"};
  for (var i = local; i < params.width; i += ${threads}u) { y[start + i] = ${result("x[start + i]", logarithm)}; }`;
}
