import { type Binding, type GradientTarget, size, type Tensor, width, write } from "../gpu/mod.ts";

/** Which of a kernel's bindings each wanted gradient lies in, by name: a part of the kernel's text. */
export type Placing = Readonly<Record<string, number>>;

/** Several gradients as one kernel sees them. */
export interface Places {
  readonly placing: Placing;
  /** The bindings gradients0, gradients1 …: those that lie in one buffer share one, as WebGPU wants it. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Values of `placeParams`. */
  readonly params: Readonly<Record<string, number>>;
}

/** The uniform parameters that tell where gradients lie: a row's width, the first element, whether to add. */
export function placeParams(names: readonly string[]): Record<string, "u32"> {
  return Object.fromEntries(
    names.flatMap((name) => [[`${name}_stride`, "u32"], [`${name}_at`, "u32"], [`${name}_add`, "u32"]]),
  );
}

/** Binds gradients for one kernel; undefined are those that nobody wants. */
export function placeGradients(targets: Readonly<Record<string, GradientTarget | undefined>>): Places {
  const buffers: GPUBuffer[] = [];
  const spans: { tensor: Tensor; start: number; end: number }[] = [];
  for (const target of Object.values(targets)) {
    if (!target) continue;
    const { tensor } = target.into;
    const start = tensor.offset;
    const end = start + 4 * size(tensor);
    const known = buffers.indexOf(tensor.buffer);
    if (known < 0) {
      buffers.push(tensor.buffer);
      spans.push({ tensor, start, end });
    } else {
      spans[known].start = Math.min(spans[known].start, start);
      spans[known].end = Math.max(spans[known].end, end);
    }
  }
  const placing: Record<string, number> = {};
  const params: Record<string, number> = {};
  for (const [name, target] of Object.entries(targets)) {
    const binding = target ? buffers.indexOf(target.into.tensor.buffer) : -1;
    if (target) placing[name] = binding;
    params[`${name}_stride`] = target ? width(target.into.tensor) : 0;
    params[`${name}_at`] = target ? (target.into.tensor.offset - spans[binding].start) / 4 + target.into.offset : 0;
    params[`${name}_add`] = Number(target?.accumulate ?? false);
  }
  const tensors = Object.fromEntries(
    spans.map(({ tensor, start, end }, i) => [
      `gradients${i}`,
      { ...tensor, offset: start, shape: [(end - start) / 4] },
    ]),
  );
  return { placing, tensors, params };
}

/** The bindings that a placing speaks of. */
export function placeBindings(placing: Placing): Record<string, Binding> {
  return Object.fromEntries(Object.values(placing).map((binding) => [`gradients${binding}`, write()]));
}

/** WGSL that puts `value` at a row and column of the gradient `name`; nothing where nobody wants it. */
export function putGradient(placing: Placing, name: string, row: string, column: string, value: string): string {
  if (placing[name] === undefined) return "";
  const element = `gradients${placing[name]}[put_at]`;
  return `{
    let put_at = params.${name}_at + (${row}) * params.${name}_stride + ${column};
    var put = ${value};
    if (params.${name}_add == 1u) { put += ${element}; }
    ${element} = put;
  }`;
}
