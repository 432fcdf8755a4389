import {
  type Gpu,
  type GradientTarget,
  kernel,
  read,
  rows,
  size,
  type Tensor,
  unroll,
  variants,
  width,
  write,
} from "../gpu/mod.ts";

/** Invocations side by side in a row, and how many share the tokens. */
const LANES = 32;
const SHARES = 8;
const THREADS = LANES * SHARES;
/** Tokens that a workgroup looks at before it adds up rows: four an invocation. */
const CHUNK = 4 * THREADS;

/**
 * One workgroup owns up to 32 elements (or vec4s) of a row of the table. Its invocations compare four tokens each with the
 * row's number; then every share goes through its own part of the tokens in order and adds up the rows of dy that belong
 * here. The shares are added in order too, so the result does not depend on timing (the atomics only set bits).
 */
const embeddingKernel = variants((element: "f32" | "vec4f") =>
  kernel(
    `embedding backward ${element}`,
    { vocabulary: "u32", width: "u32", blocks: "u32", tokens: "u32", accumulate: "u32" },
    { dy: read(element), tokens: read("vec4u"), table: write(element) },
    `
var<workgroup> found: array<u32, ${THREADS}>;
var<workgroup> finders: array<atomic<u32>, ${2 * SHARES}>; // of each share, in this chunk and the next
var<workgroup> shares: array<${element}, ${THREADS}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  let row = flat / params.blocks;
  let lane = local % ${LANES}u;
  let share = local / ${LANES}u;
  let column = (flat - row * params.blocks) * ${LANES}u + lane;
  let used = column < params.width;
  var sum = ${element}();
  for (var chunk = 0u; chunk < params.tokens; chunk += ${CHUNK}u) {
    let mine = chunk + 4u * local;
    var bits = 0u;
    if (mine < params.tokens) {
      let same = tokens[mine / 4u] == vec4u(row);
      ${unroll(4, (i) => `if (same[${i}] && mine + ${i}u < params.tokens) { bits |= ${1 << i}u; }`)}
    }
    found[local] = bits;
    let finder = chunk / ${CHUNK}u % 2u * ${SHARES}u + share;
    if (bits != 0u) { atomicOr(&finders[finder], 1u << lane); }
    workgroupBarrier();
    if (lane == 0u) { atomicStore(&finders[(finder + ${SHARES}u) % ${2 * SHARES}u], 0u); }
    var left = select(0u, atomicLoad(&finders[finder]), used);
    while (left != 0u) {
      let k = share * ${LANES}u + firstTrailingBit(left);
      left &= left - 1u;
      let hits = found[k];
      let token = chunk + 4u * k;
      ${unroll(4, (i) => `if ((hits & ${1 << i}u) != 0u) { sum += dy[(token + ${i}u) * params.width + column]; }`)}
    }
    workgroupBarrier();
  }
  shares[local] = sum;
  workgroupBarrier();
  if (share != 0u || !used || row >= params.vocabulary) { return; }
  ${unroll(SHARES - 1, (i) => `sum += shares[lane + ${(i + 1) * LANES}u];`)}
  let at = row * params.width + column;
  if (params.accumulate != 0u) { sum += table[at]; }
  table[at] = sum;
}`,
  )
);

/** Adds each row of dy [..., d] to the row of the table that its token names; tokens that are none of the table's add nothing. */
export function launchEmbeddingBackward(gpu: Gpu, dy: Tensor, tokens: Tensor, target: GradientTarget): void {
  const table = target.into.tensor;
  const d = width(table);
  const unit = d % 4 === 0 ? 4 : 1;
  const blocks = Math.ceil(d / unit / LANES);
  gpu.dispatch(
    embeddingKernel(unit === 4 ? "vec4f" : "f32"),
    { dy, tokens, table },
    {
      vocabulary: rows(table),
      width: d / unit,
      blocks,
      tokens: size(tokens),
      accumulate: Number(target.accumulate),
    },
    gpu.grid(rows(table) * blocks),
  );
}

const THREADS_OF_ROWS = 256;

/** dx[b, t] (+)= dy[b] where t = index[b], else 0: one invocation an element of dx. */
const gatherKernel = variants((element: "f32" | "vec4f") =>
  kernel(
    `gather_rows backward ${element}`,
    { count: "u32", width: "u32", time: "u32", accumulate: "u32" },
    { dy: read(element), index: read("u32"), dx: write(element) },
    `
@compute @workgroup_size(${THREADS_OF_ROWS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS_OF_ROWS}u + local;
  if (i >= params.count) { return; }
  let row = i / params.width;
  let batch = row / params.time;
  let chosen = row - batch * params.time == index[batch];
  var value = ${element}();
  if (chosen) { value = dy[batch * params.width + i - row * params.width]; }
  if (params.accumulate == 0u) { dx[i] = value; } else if (chosen) { dx[i] += value; }
}`,
  )
);

/** The gradient of `gatherRows`: dy [B, d] at row index[b] of each sequence, zeros elsewhere (and for an index past the end). */
export function launchGatherRowsBackward(gpu: Gpu, dy: Tensor, index: Tensor, target: GradientTarget): void {
  const dx = target.into.tensor;
  const d = width(dx);
  const unit = d % 4 === 0 ? 4 : 1;
  const count = size(dx) / unit;
  gpu.dispatch(
    gatherKernel(unit === 4 ? "vec4f" : "f32"),
    { dy, index, dx },
    { count, width: d / unit, time: dx.shape[1], accumulate: Number(target.accumulate) },
    gpu.grid(Math.ceil(count / THREADS_OF_ROWS)),
  );
}
