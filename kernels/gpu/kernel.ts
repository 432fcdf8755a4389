/** Type of a uniform parameter. */
export type ParamType = "u32" | "i32" | "f32";

/** How a kernel binds a buffer: element type and whether it writes. */
export interface Binding {
  readonly access: "read" | "read_write";
  readonly element: string;
}

/** A storage buffer that a kernel only reads, as array<element>. */
export function read(element: "f32" | "u32" | "vec4f" | "vec2f" | "vec4u" = "f32"): Binding {
  return { access: "read", element };
}

/** A storage buffer that a kernel writes (and may read), as array<element>. */
export function write(element: "f32" | "u32" | "vec4f" | "vec2f" | "vec4u" | "atomic<u32>" = "f32"): Binding {
  return { access: "read_write", element };
}

/** A compute shader with its interface, which types every dispatch of it. */
export interface Kernel<
  P extends Record<string, ParamType> = Record<string, ParamType>,
  B extends Record<string, Binding> = Record<string, Binding>,
> {
  /** Operation and variant, as it stands in errors, timings and reports: "matmul 64x64x16 bias". */
  readonly name: string;
  readonly params: P;
  readonly bindings: B;
  /** Whether the body uses subgroup built-ins (the directive differs between implementations). */
  readonly subgroups: boolean;
  /** The body: everything but the interface, which `source` writes. Holds one entry point, `main`. */
  readonly body: string;
}

/**
 * Declares a kernel. In the body `params.<name>` are the uniform parameters and each binding is an array of its name.
 *
 * ```ts
 * const scale = kernel("scale", { count: "u32", factor: "f32" }, { x: read(), y: write() }, `
 *   @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
 *     if (id.x < params.count) { y[id.x] = params.factor * x[id.x]; }
 *   }`);
 * ```
 */
export function kernel<P extends Record<string, ParamType>, B extends Record<string, Binding>>(
  name: string,
  params: P,
  bindings: B,
  body: string,
  { subgroups = false }: { subgroups?: boolean } = {},
): Kernel<P, B> {
  return { name, params, bindings, subgroups, body };
}

/** The whole WGSL of a kernel: interface, then body. `enableDirective`: whether subgroups must be enabled in the text. */
export function source(kernel: Kernel, enableDirective: boolean): string {
  const fields = Object.entries(kernel.params).map(([name, type]) => `  ${name}: ${type},`);
  const buffers = Object.entries(kernel.bindings).map(([name, { access, element }], i) =>
    `@group(0) @binding(${i + 1}) var<storage, ${access}> ${name}: array<${element}>;`
  );
  return [
    ...(kernel.subgroups && enableDirective ? ["enable subgroups;"] : []),
    ...(fields.length > 0
      ? ["struct Params {", ...fields, "}", "@group(0) @binding(0) var<uniform> params: Params;"]
      : []),
    ...buffers,
    kernel.body,
  ].join("\n");
}

/** Remembers the kernels that `make` wrote, so that one variant is one object (and one compiled pipeline). */
export function variants<A extends readonly (string | number | boolean)[], K extends Kernel>(
  make: (...args: A) => K,
): (...args: A) => K {
  const made = new Map<string, K>();
  return (...args) => {
    const key = args.join("|");
    let found = made.get(key);
    if (!found) made.set(key, found = make(...args));
    return found;
  };
}
