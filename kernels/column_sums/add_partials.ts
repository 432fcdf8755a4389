import {
  byteLength,
  type Gpu,
  type Kernel,
  kernel,
  read,
  type Tensor,
  unroll,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import { deferredSums } from "./deferred.ts";
import { AT_ONCE, type Block, type PartialRows, slicesFor, THREADS, wantedBlocks } from "./partial_rows.ts";

const PARAMS = {
  parts: "u32",
  /** Of one part, in units of the kernel's vectors: all elements, those of a row; elements to sum, and the first. */
  part: "u32",
  width: "u32",
  count: "u32",
  first: "u32",
  /** Row from which on sums go to the second place. */
  second_row: "u32",
  first_row: "u32",
  at0: "u32",
  stride0: "u32",
  adds0: "u32",
  at1: "u32",
  stride1: "u32",
  adds1: "u32",
} as const;

const addKernel: (
  type: "f32" | "vec4f",
  slices: number,
) => Kernel<typeof PARAMS, { partials: ReturnType<typeof read>; out: ReturnType<typeof write> }> = variants(
  (type, slices) => {
    const elements = THREADS / slices;
    return kernel(
      `add partials ${type}${slices > 1 ? ` ×${slices}` : ""}`,
      PARAMS,
      { partials: read(type), out: write(type) },
      `
${slices > 1 ? `var<workgroup> sums: array<${type}, ${THREADS}>;` : ""}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let element = (group.y * groups.x + group.x) * ${elements}u + local % ${elements}u;
  let from_part = params.first + min(element, params.count - 1u);
  var sum: ${type};
  for (var p = local / ${elements}u; p < params.parts; p += ${slices * AT_ONCE}u) {
    ${
        unroll(AT_ONCE, (i) =>
          `let v${i} = partials[min(p + ${i * slices}u, params.parts - 1u) * params.part + from_part];`)
      }
    sum += v0;
    ${unroll(AT_ONCE - 1, (i) => `if (p + ${(i + 1) * slices}u < params.parts) { sum += v${i + 1}; }`)}
  }
  ${
        slices > 1
          ? `sums[local] = sum;
  workgroupBarrier();
  if (local >= ${elements}u) { return; }
  ${unroll(slices - 1, (i) => `sum += sums[local + ${(i + 1) * elements}u];`)}`
          : ""
      }
  if (element >= params.count) { return; }
  let row = from_part / params.width;
  let column = from_part - row * params.width;
  let second = row >= params.second_row;
  let at = select(
    params.at0 + (row - params.first_row) * params.stride0,
    params.at1 + (row - params.second_row) * params.stride1,
    second,
  ) + column;
  if (select(params.adds0, params.adds1, second) == 1u) { sum += out[at]; }
  out[at] = sum;
}`,
    );
  },
);

/**
 * The second stage of a sum over many rows: adds the parts of `partials` [parts, rows, n] in a fixed order, whatever finished
 * first, and writes or adds each block of rows where it belongs. Two neighbouring blocks whose targets lie in one buffer (as
 * the gradients of weights do) take one dispatch, else one for each; none now, where they may wait (see `deferringSums`).
 */
export function addPartials(gpu: Gpu, partials: Tensor, rows: readonly PartialRows[]): void {
  const blocks = wantedBlocks(rows);
  if (deferredSums(gpu)?.add(partials, blocks)) return;
  let waiting: Block | undefined;
  for (const block of blocks) {
    const together = waiting && span(gpu, waiting, block);
    if (waiting) launch(gpu, partials, waiting, together ? block : undefined, together ?? waiting.target.into.tensor);
    waiting = together ? undefined : block;
  }
  if (waiting) launch(gpu, partials, waiting, undefined, waiting.target.into.tensor);
}

/** One binding for both targets of neighbouring blocks: a dispatch may not bind a buffer twice. */
function span(gpu: Gpu, a: Block, b: Block): Tensor | undefined {
  const [x, y] = [a.target.into.tensor, b.target.into.tensor];
  if (x.buffer !== y.buffer || a.row + a.rows !== b.row) return undefined;
  const offset = Math.min(x.offset, y.offset);
  const bytes = Math.max(x.offset + byteLength(x), y.offset + byteLength(y)) - offset;
  return bytes > gpu.limits.maxStorageBufferBindingSize ? undefined : { ...x, offset, shape: [bytes / 4] };
}

function launch(gpu: Gpu, partials: Tensor, first: Block, second: Block | undefined, out: Tensor): void {
  const [parts, rows, n] = partials.shape;
  const place = ({ target: { into, accumulate } }: Block) => ({
    at: (into.tensor.offset - out.offset) / 4 + into.offset,
    stride: width(into.tensor),
    adds: Number(accumulate),
  });
  const [one, two] = [place(first), second ? place(second) : { at: 0, stride: 0, adds: 0 }];
  const unit = [n, one.at, one.stride, two.at, two.stride].every((x) => x % 4 === 0) ? 4 : 1;
  const count = (first.rows + (second?.rows ?? 0)) * n / unit;
  if (count === 0) return;
  const slices = slicesFor(parts);
  gpu.dispatch(
    addKernel(unit === 4 ? "vec4f" : "f32", slices),
    { partials, out },
    {
      ...{ parts, part: rows * n / unit, width: n / unit, count, first: first.row * n / unit },
      ...{ first_row: first.row, second_row: second?.row ?? rows },
      ...{ at0: one.at / unit, stride0: one.stride / unit, adds0: one.adds },
      ...{ at1: two.at / unit, stride1: two.stride / unit, adds1: two.adds },
    },
    gpu.grid(Math.ceil(count / (THREADS / slices))),
  );
}
