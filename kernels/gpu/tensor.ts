/** Element type of a tensor; both take four bytes. */
export type ElementType = "f32" | "u32";

/**
 * A dense row-major array in device memory. The last dimension is the width, all before it are rows. A value, not an
 * owner: `Gpu` owns the buffer, and a scope or `Gpu.release` gives it back.
 */
export interface Tensor {
  readonly buffer: GPUBuffer;
  /** Bytes from the buffer's start to element 0; not 0 only for views. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Which tensor this is, for a tape's gradients: a buffer serves many in turn. Views of a tensor share it. */
  readonly id: number;
}

let made = 0;

/** An identity that no tensor has yet. */
export function freshId(): number {
  return made++;
}

/** A tensor of unsigned integers: tokens, indices, lengths. */
export interface IntegerTensor extends Tensor {
  readonly type: "u32";
}

/** Columns [offset, offset + width) of every row of a tensor: a slice that no kernel needs copied. */
export interface Columns {
  readonly tensor: Tensor;
  /** First column, in elements. */
  readonly offset: number;
  readonly width: number;
}

/** Number of elements. */
export function size(tensor: Tensor): number {
  return tensor.shape.reduce((product, n) => product * n, 1);
}

/** Last dimension. */
export function width(tensor: Tensor): number {
  return tensor.shape[tensor.shape.length - 1] ?? 1;
}

/** Product of all dimensions but the last. */
export function rows(tensor: Tensor): number {
  return tensor.shape.slice(0, -1).reduce((product, n) => product * n, 1);
}

/** Bytes that the elements take. */
export function byteLength(tensor: Tensor): number {
  return size(tensor) * 4;
}

/** Columns [offset, offset + width) of `tensor`. Throws when they do not lie inside. */
export function columns(tensor: Tensor, offset: number, count: number): Columns {
  if (offset < 0 || count < 1 || offset + count > width(tensor)) {
    throw new RangeError(`columns ${offset}..${offset + count} are outside ${describe(tensor)}`);
  }
  return { tensor, offset, width: count };
}

/** A tensor is all of its columns. */
export function asColumns(x: Tensor | Columns): Columns {
  return "tensor" in x ? x : { tensor: x, offset: 0, width: width(x) };
}

/** The same elements under another shape of the same size. */
export function reshape(tensor: Tensor, shape: readonly number[]): Tensor {
  const view = { ...tensor, shape };
  if (size(view) !== size(tensor)) {
    throw new RangeError(`${describe(tensor)} does not reshape to [${shape.join(", ")}]`);
  }
  return view;
}

/** Sub-tensors [start, start + count) along the first dimension. The offset must suit a binding (see `Gpu.limits`). */
export function slice(tensor: Tensor, start: number, count: number): Tensor {
  const [first, ...rest] = tensor.shape;
  if (start < 0 || start + count > first) {
    throw new RangeError(`${start}..${start + count} is outside ${describe(tensor)}`);
  }
  const stride = rest.reduce((product, n) => product * n, 4);
  return { ...tensor, offset: tensor.offset + start * stride, shape: [count, ...rest] };
}

/**
 * Elements from `start` on as a tensor of its own, with an identity and so a gradient of its own: how weights that lie in
 * one buffer are told apart. The start must suit a binding (see `Gpu.limits`).
 */
export function part(tensor: Tensor, start: number, shape: readonly number[]): Tensor {
  const view = { ...tensor, offset: tensor.offset + 4 * start, shape, id: freshId() };
  if (start < 0 || start + size(view) > size(tensor)) {
    throw new RangeError(`${size(view)} elements from ${start} on are outside ${describe(tensor)}`);
  }
  return view;
}

/** "f32 [2, 750, 256]": tensors in messages. */
export function describe(tensor: Tensor): string {
  return `${tensor.type} [${tensor.shape.join(", ")}]`;
}

/** Throws a RangeError that names `what` unless the shape is the one given; -1 stands for any length. */
export function expectShape(what: string, tensor: Tensor, shape: readonly number[]): void {
  const fits = tensor.shape.length === shape.length && shape.every((n, i) => n === -1 || n === tensor.shape[i]);
  if (!fits) {
    throw new RangeError(`${what}: expected [${shape.join(", ").replaceAll("-1", "any")}], got ${describe(tensor)}`);
  }
}
