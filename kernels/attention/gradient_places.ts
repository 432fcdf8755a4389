import { type Gpu, type GradientTarget, kernel, read, type Tensor, width, write } from "../gpu/mod.ts";

/** Where the gradients of an attention's inputs go; those that are missing are not wanted. */
export interface AttentionTargets {
  readonly q: GradientTarget | undefined;
  readonly k: GradientTarget | undefined;
  readonly v: GradientTarget | undefined;
}

/** A gradient to be written by one dispatch among others: rows [B·T] of `width` columns, each as a sum of `parts`. */
export interface WantedGradient {
  readonly target: GradientTarget | undefined;
  readonly rows: number;
  readonly width: number;
  readonly parts: number;
}

/** Where a dispatch writes a gradient: in which of its buffers, and there from which vec4 on, how far apart and how. */
export interface GradientPlace {
  readonly buffer: number;
  readonly start: number;
  /** Vec4s from one row to the next. */
  readonly stride: number;
  /** Vec4s from one part to the next. */
  readonly part: number;
  readonly accumulate: boolean;
}

/** All of one dispatch's: `buffers` are distinct, since WebGPU binds none twice for writing. */
export interface GradientPlaces {
  readonly buffers: readonly Tensor[];
  readonly places: readonly GradientPlace[];
  /** Records what remains after the dispatch. */
  finish(): void;
}

/**
 * Places for gradients that one dispatch writes. Gradients in one buffer (columns of a projection's, or weights') are one
 * binding. Sums of parts, and a gradient of the same columns as one before it, go to scratch that `finish` adds up.
 * Scratch belongs to the caller's scope.
 */
export function gradientPlaces(gpu: Gpu, wanted: readonly WantedGradient[]): GradientPlaces {
  const direct: GradientTarget[] = [];
  const sums: (() => void)[] = [];
  const written = wanted.map(({ target, rows, width, parts }): GradientTarget & { readonly part: number } => {
    if (target && parts === 1 && !direct.some((other) => overlap(other, target))) {
      direct.push(target);
      return { ...target, part: 0 };
    }
    const tensor = gpu.tensor([parts, rows, width]);
    if (target) sums.push(() => sumParts(gpu, tensor, target));
    return { into: { tensor, offset: 0, width }, accumulate: false, part: rows * width / 4 };
  });
  const buffers = [...new Set(written.map(({ into }) => into.tensor.buffer))].map((buffer) =>
    span(written.map(({ into }) => into.tensor).filter((tensor) => tensor.buffer === buffer))
  );
  return {
    buffers,
    places: written.map(({ into: { tensor, offset }, accumulate, part }) => {
      const buffer = buffers.findIndex((other) => other.buffer === tensor.buffer);
      const start = (tensor.offset - buffers[buffer].offset) / 16 + offset / 4;
      return { buffer, start, stride: width(tensor) / 4, part, accumulate };
    }),
    finish: () => sums.forEach((sum) => sum()),
  };
}

/** Whether two targets share elements: those of one tensor whose columns do. */
function overlap({ into: a }: GradientTarget, { into: b }: GradientTarget): boolean {
  return a.tensor.buffer === b.tensor.buffer && a.tensor.offset === b.tensor.offset &&
    a.offset < b.offset + b.width && b.offset < a.offset + a.width;
}

/** One view of all that lies in tensors of one buffer. */
function span(tensors: readonly Tensor[]): Tensor {
  const offset = Math.min(...tensors.map((tensor) => tensor.offset));
  const end = Math.max(...tensors.map(({ offset, shape }) => offset + 4 * shape.reduce((n, m) => n * m, 1)));
  return { ...tensors[0], offset, shape: [(end - offset) / 4] };
}

const THREADS = 64;

const sumKernel = kernel(
  "attention sum of gradient parts",
  { count: "u32", quads: "u32", parts: "u32", stride: "u32", start: "u32", accumulate: "u32" },
  { x: read("vec4f"), out: write("vec4f") },
  `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + local;
  if (i >= params.count) { return; }
  let at = i / params.quads * params.stride + params.start + i % params.quads;
  var sum = vec4f();
  if (params.accumulate == 1u) { sum = out[at]; }
  for (var part = 0u; part < params.parts; part++) { sum += x[part * params.count + i]; }
  out[at] = sum;
}`,
);

/** Adds up parts [parts, rows, width] to a gradient. */
function sumParts(gpu: Gpu, x: Tensor, { into, accumulate }: GradientTarget): void {
  const [parts, rows] = x.shape;
  const quads = into.width / 4;
  const count = rows * quads;
  gpu.dispatch(
    sumKernel,
    { x, out: into.tensor },
    {
      count,
      quads,
      parts,
      stride: width(into.tensor) / 4,
      start: into.offset / 4,
      accumulate: Number(accumulate),
    },
    gpu.grid(Math.ceil(count / THREADS)),
  );
}
