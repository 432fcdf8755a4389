import { type Gpu, kernel, part, read, size, type Tensor, unroll, width, write } from "../gpu/mod.ts";
import { AT_ONCE, type Block, slicesFor, THREADS } from "./partial_rows.ts";

/** Elements of partial sums that wait at once, for each element of the gradients, and at most (16 MiB). */
const ROOM = 2;
const MOST_ROOM = 4 * 1024 * 1024;
/** What a buffer's view must start at, in elements. */
const ALIGNMENT = 64;
/** Words of a job in the table that the kernel reads. */
const WORDS = 9;

/** One block of partial sums and where it belongs; all counts in vec4s. */
interface Job {
  readonly from: number;
  readonly parts: number;
  readonly part: number;
  readonly width: number;
  readonly count: number;
  readonly to: number;
  readonly stride: number;
  readonly slices: number;
  readonly groups: number;
}

const jobsKernel = kernel(
  "add deferred partials",
  { jobs: "u32" },
  { partials: read("vec4f"), table: read("u32"), out: write("vec4f") },
  `
var<workgroup> sums: array<vec4f, ${THREADS}>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let flat = group.y * groups.x + group.x;
  // The last job whose first workgroup is not behind this one.
  var low = 0u;
  var high = params.jobs;
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (table[middle * ${WORDS}u] <= flat) { low = middle; } else { high = middle; }
  }
  let job = low * ${WORDS}u;
  let parts = table[job + 2u];
  let stride_of_part = table[job + 3u];
  let row_width = table[job + 4u];
  let count = table[job + 5u];
  let slices = table[job + 8u];
  let elements = ${THREADS}u / slices;
  let slice = local / elements;
  let element = (flat - table[job]) * elements + local % elements;
  let at = table[job + 1u] + min(element, count - 1u);
  var sum = vec4f();
  for (var p = slice; p < parts; p += ${AT_ONCE}u * slices) {
    ${unroll(AT_ONCE, (i) => `let v${i} = partials[min(p + ${i}u * slices, parts - 1u) * stride_of_part + at];`)}
    sum += v0;
    ${unroll(AT_ONCE - 1, (i) => `if (p + ${i + 1}u * slices < parts) { sum += v${i + 1}; }`)}
  }
  sums[local] = sum;
  workgroupBarrier();
  if (slice > 0u || element >= count || flat >= table[params.jobs * ${WORDS}u]) { return; }
  for (var i = 1u; i < slices; i++) { sum += sums[local + i * elements]; }
  let row = element / row_width;
  let to = table[job + 6u] + row * table[job + 7u] + element - row * row_width;
  out[to] += sum;
}`,
);

/**
 * Sums that nobody reads before the end of a backward pass, the gradients of weights: their partial sums are left in one
 * buffer and added by one dispatch for many weights. A dispatch costs more than most of these sums take.
 */
export class DeferredSums {
  readonly #gpu: Gpu;
  readonly #out: Tensor;
  readonly #room: Tensor;
  #used = 0;
  #jobs: Job[] = [];
  #groups = 0;
  readonly #waiting = new Set<number>();

  /** `out`: the flat buffer of all gradients that may wait. */
  constructor(gpu: Gpu, out: Tensor) {
    this.#gpu = gpu;
    this.#out = out;
    this.#room = gpu.tensor([Math.min(MOST_ROOM, ROOM * size(out))]);
  }

  /** Room for partial sums of this shape; undefined where they are more than all of it. */
  room(shape: readonly number[]): Tensor | undefined {
    const needed = Math.ceil(shape.reduce((product, n) => product * n, 1) / ALIGNMENT) * ALIGNMENT;
    if (needed > size(this.#room)) return undefined;
    if (this.#used + needed > size(this.#room)) this.flush();
    const view = part(this.#room, this.#used, shape);
    this.#used += needed;
    return view;
  }

  /** Lets blocks of partial sums wait; false, and nothing is done, where one of them may not. */
  add(partials: Tensor, blocks: readonly Block[]): boolean {
    if (partials.buffer !== this.#room.buffer || !blocks.every((block) => this.#mayWait(partials, block))) return false;
    // Two sums into one place are added one after the other.
    if (blocks.some(({ target }) => this.#waiting.has(placeOf(target.into.tensor, target.into.offset)))) {
      this.#launch();
    }
    const [parts, rows, n] = partials.shape;
    for (const { row, rows: count, target: { into } } of blocks) {
      const slices = slicesFor(parts);
      const vectors = count * n / 4;
      const groups = Math.ceil(vectors / (THREADS / slices));
      if (groups === 0) continue;
      this.#jobs.push({
        from: (partials.offset - this.#room.offset) / 16 + row * n / 4,
        ...{ parts, part: rows * n / 4, width: n / 4, count: vectors },
        to: (into.tensor.offset - this.#out.offset) / 16 + into.offset / 4,
        ...{ stride: width(into.tensor) / 4, slices, groups },
      });
      this.#groups += groups;
      this.#waiting.add(placeOf(into.tensor, into.offset));
    }
    return true;
  }

  /** Adds what waits. */
  flush(): void {
    this.#launch();
    this.#used = 0;
  }

  #mayWait({ shape: [, , n] }: Tensor, { target: { into, accumulate } }: Block): boolean {
    const { buffer, offset } = into.tensor;
    const end = this.#out.offset + 4 * size(this.#out);
    const isInside = buffer === this.#out.buffer && offset >= this.#out.offset && offset < end;
    return accumulate && isInside && [n, into.offset, width(into.tensor)].every((x) => x % 4 === 0);
  }

  #launch(): void {
    if (this.#jobs.length === 0) return;
    using _scratch = this.#gpu.scope();
    let first = 0;
    const table = this.#jobs.flatMap(({ from, parts, part, width, count, to, stride, slices, groups }) => {
      const words = [first, from, parts, part, width, count, to, stride, slices];
      first += groups;
      return words;
    });
    this.#gpu.dispatch(
      jobsKernel,
      { partials: this.#room, table: this.#gpu.upload(Uint32Array.from([...table, first])), out: this.#out },
      { jobs: this.#jobs.length },
      this.#gpu.grid(this.#groups),
    );
    this.#jobs = [];
    this.#groups = 0;
    this.#waiting.clear();
  }
}

function placeOf({ offset }: Tensor, column: number): number {
  return offset / 4 + column;
}

const active = new WeakMap<Gpu, DeferredSums>();

/** The sums that wait on this device, where some may. */
export function deferredSums(gpu: Gpu): DeferredSums | undefined {
  return active.get(gpu);
}

/**
 * Runs a backward pass in which sums into `out`, the flat buffer of all weights' gradients, may wait until its end. Nothing in
 * `work` may read that buffer.
 */
export function deferringSums(gpu: Gpu, out: Tensor, work: () => void): void {
  using _room = gpu.scope();
  const sums = new DeferredSums(gpu, out);
  active.set(gpu, sums);
  try {
    work();
    sums.flush();
  } finally {
    active.delete(gpu);
  }
}

/** Partial sums [parts, rows, n] to be written and then handed to `addPartials`: in the room of those that wait, if there is one. */
export function partialSums(gpu: Gpu, shape: readonly [parts: number, rows: number, n: number]): Tensor {
  return deferredSums(gpu)?.room(shape) ?? gpu.tensor(shape);
}
