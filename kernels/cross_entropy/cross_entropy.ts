import {
  type Binding,
  expectShape,
  type Gpu,
  type Kernel,
  kernel,
  type ParamType,
  read,
  reduceWorkgroup,
  rows,
  type Tensor,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import { rowElements, rowRegisters, rowThreads } from "../softmax/row_elements.ts";

/** Elements of a row that one invocation keeps in registers, at most; longer rows are read thrice. */
const LARGEST_CACHE = 16;

/** How `crossEntropy` counts. */
export interface CrossEntropyOptions {
  /** Part of the target's probability that is spread over all classes, the target's among them. */
  readonly labelSmoothing?: number;
  /** Factor of every row's loss, and so of the gradient: one over the tokens of a batch, say. */
  readonly scale?: number;
}

/** One workgroup a row; with `gradient`, that of the logits while they are at hand. */
const lossKernel = variants(
  (threads: number, kept: number, gradient: boolean): Kernel<Record<string, ParamType>, Record<string, Binding>> => {
    const row = rowElements(threads, kept, ["x"]);
    const reduce = (combine: (a: string, b: string) => string) => reduceWorkgroup("values", "local", threads, combine);
    const plus = (a: string, b: string) => `${a} + ${b}`;
    return kernel(
      `cross_entropy${gradient ? " with gradient" : ""} ${threads}×${kept}`,
      { rows: "u32", width: "u32", smoothing: "f32", scale: "f32" },
      { x: read(), targets: read("u32"), loss: write(), ...(gradient ? { dx: write() } : {}) },
      `
var<workgroup> values: array<f32, ${threads}>;
var<workgroup> pairs: array<vec2f, ${threads}>;
const LOWEST = -3.0e38;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) { return; }
  let start = row * params.width;
  let chosen = targets[row];
  if (chosen >= params.width) { // ignored: what the row holds is not looked at
    if (local == 0u) { loss[row] = 0.0; }
    ${gradient ? `for (var i = local; i < params.width; i += ${threads}u) { dx[start + i] = 0.0; }` : ""}
    return;
  }
  ${row.load}
  var peak = LOWEST;
  ${row.each((_, of) => `peak = max(peak, ${of("x")});`)}
  values[local] = peak;
  ${reduce((a, b) => `max(${a}, ${b})`)}
  let largest = values[0];
  var sum = vec2f(); // of e to the shifted logits, and of these themselves
  ${row.each((_, of) => `{ let shifted = ${of("x")} - largest; sum += vec2f(exp(shifted), shifted); }`)}
  pairs[local] = sum;
  ${reduceWorkgroup("pairs", "local", threads, plus)}
  let total = pairs[0].x;
  let uniform_share = params.smoothing / f32(params.width);
  if (local == 0u) {
    let shifted = x[start + chosen] - largest;
    loss[row] = params.scale * (log(total) - (1.0 - params.smoothing) * shifted - uniform_share * pairs[0].y);
  }
  ${
        gradient
          ? row.each((index, of) =>
            `{
    let wanted = uniform_share + select(0.0, 1.0 - params.smoothing, ${index} == chosen);
    dx[start + ${index}] = params.scale * (exp(${of("x")} - largest) / total - wanted);
  }`
          )
          : ""
      }
}`,
    );
  },
);

/**
 * −scale · Σ q log softmax(logits) of every row, as PyTorch's cross_entropy: q is 1 − ε + ε/V at the target and ε/V elsewhere,
 * with ε the label smoothing. logits [..., V], targets u32 of the shape before V → [rows]. A row whose target is not below
 * V is ignored, whatever it holds: its loss and gradient are zero. Under a tape it is a loss: its gradient is the one for the
 * sum of all rows, computed with the loss. Throws a RangeError when the shapes do not fit.
 */
export function crossEntropy(
  gpu: Gpu,
  logits: Tensor,
  targets: Tensor,
  { labelSmoothing = 0, scale = 1 }: CrossEntropyOptions = {},
): Tensor {
  if (targets.type !== "u32") throw new RangeError(`crossEntropy's targets are ${targets.type}, not u32`);
  expectShape("crossEntropy's targets", targets, logits.shape.slice(0, -1));
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RangeError(`label smoothing is in 0..1, not ${labelSmoothing}`);
  }
  const classes = width(logits);
  const threads = rowThreads(gpu, classes);
  const loss = gpu.tensor([rows(logits)]);
  const dx = gpu.tape?.tracks(logits) ? gpu.tensor(logits.shape, "f32", "gradients") : undefined;
  gpu.dispatch(
    lossKernel(threads, rowRegisters(classes, threads, LARGEST_CACHE), dx !== undefined),
    { x: logits, targets, loss, ...(dx ? { dx } : {}) },
    { rows: rows(logits), width: classes, smoothing: labelSmoothing, scale },
    gpu.grid(rows(logits)),
  );
  if (dx) gpu.tape?.record("cross entropy", [logits], [], [dx], (tape) => tape.add(logits, dx));
  return loss;
}
