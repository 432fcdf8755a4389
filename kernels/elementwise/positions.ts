import {
  expectShape,
  type Gpu,
  kernel,
  read,
  rows,
  type Tag,
  type Tensor,
  variants,
  width,
  write,
} from "../gpu/mod.ts";
import { scaleInto } from "./arithmetic.ts";

/** Positions in one block: a position is BLOCK · high + low. */
const BLOCK = 256;
const TIMESCALE = 10000;
const THREADS = 256;

/** sin | cos of the angles of `low` = 0 … 255 and of the multiples of 256, from float64. */
export interface PositionTables {
  /** [256, d] */
  readonly low: Tensor;
  /** [ceil(positions / 256), d] */
  readonly high: Tensor;
}

/** sin | cos of `count` positions, `step` apart, as rows of d float32 values computed in float64. */
function sinusoids(count: number, step: number, d: number): Float32Array {
  const half = d / 2;
  const table = new Float32Array(count * d);
  for (let c = 0; c < half; c++) {
    const frequency = Math.exp(-Math.log(TIMESCALE) / (half - 1) * c);
    for (let i = 0; i < count; i++) {
      const angle = i * step * frequency;
      table[i * d + c] = Math.sin(angle);
      table[i * d + half + c] = Math.cos(angle);
    }
  }
  return table;
}

/**
 * Tables from which `addPositions` gets every position below `positions` for rows of d elements. The caller owns them:
 * make them once, with the weights, for a loop over tokens. Throws a RangeError unless d is even and at least 4.
 */
export function positionTables(gpu: Gpu, d: number, positions: number, tag: Tag = "weights"): PositionTables {
  if (d % 2 !== 0 || d < 4) throw new RangeError(`sinusoids need an even width of at least 4, not ${d}`);
  const blocks = Math.max(1, Math.ceil(positions / BLOCK));
  return {
    low: gpu.upload(sinusoids(BLOCK, 1, d), [BLOCK, d], tag),
    high: gpu.upload(sinusoids(blocks, BLOCK, d), [blocks, d], tag),
  };
}

/**
 * sin(α + β) and cos(α + β) from tables of float64 origin: a GPU's own sin of a large angle is wrong in the third digit.
 * Each invocation does the sine and the cosine of one frequency (or four).
 */
const positionsKernel = variants((element: "f32" | "vec4f") =>
  kernel(
    `add_positions ${element}`,
    { count: "u32", half: "u32", time: "u32", start: "u32", factor: "f32" },
    { x: read(element), low: read(element), high: read(element), y: write(element) },
    `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (i >= params.count) { return; }
  let row = i / params.half;
  let c = i - row * params.half;
  let position = params.start + row % params.time;
  let l = (position % ${BLOCK}u) * 2u * params.half + c;
  let h = (position / ${BLOCK}u) * 2u * params.half + c;
  let sinLow = low[l];
  let cosLow = low[l + params.half];
  let sinHigh = high[h];
  let cosHigh = high[h + params.half];
  let at = row * 2u * params.half + c;
  y[at] = params.factor * x[at] + (sinHigh * cosLow + cosHigh * sinLow);
  y[at + params.half] = params.factor * x[at + params.half] + (cosHigh * cosLow - sinHigh * sinLow);
}`,
  )
);

/**
 * Adds Whisper's sinusoids (openai/whisper `sinusoids`: sines in the first half of the channels, cosines in the second,
 * timescale 10000) of positions start … start + T − 1 to `factor` · x [B, T, d], to about 2·10⁻⁷ at any position up to 10⁶.
 * Without `tables` they are made for this call, which costs an upload of at least 256 rows. Throws a RangeError when the tables
 * are of another width or too short.
 */
export function addPositions(gpu: Gpu, x: Tensor, start = 0, tables?: PositionTables, factor = 1): Tensor {
  using scope = gpu.scope();
  expectShape("addPositions", x, [-1, -1, -1]);
  const [time, d] = [x.shape[1], width(x)];
  const { low, high } = tables ?? positionTables(gpu, d, start + time, "activations");
  expectShape("addPositions' tables", high, [-1, d]);
  if (start < 0 || start + time > high.shape[0] * BLOCK) {
    throw new RangeError(`positions ${start}..${start + time} are outside the tables' 0..${high.shape[0] * BLOCK}`);
  }
  const y = gpu.tensor(x.shape);
  const unit = d % 8 === 0 ? 4 : 1;
  const half = d / 2 / unit;
  const count = rows(x) * half;
  gpu.dispatch(
    positionsKernel(unit === 4 ? "vec4f" : "f32"),
    { x, low, high, y },
    { count, half, time, start, factor },
    gpu.grid(Math.ceil(count / THREADS)),
  );
  gpu.tape?.record("add_positions", [x], [y], [], (tape) => {
    if (factor === 1) tape.pass(y, x);
    else scaleInto(gpu, tape, y, x, factor);
  });
  return scope.keep(y);
}
