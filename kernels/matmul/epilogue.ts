import { geluFunction, siluFunction } from "../activation_wgsl.ts";
import { type Binding, read, type Tensor, write } from "../gpu/mod.ts";

/** Pointwise functions that a product can end with. `gelu` is the exact one, x·Φ(x), as PyTorch's default. */
export type Activation = "none" | "silu" | "gelu" | "relu";

/** What is done to a sum before it is written: activation(scale·sum + bias) + residual. */
export interface Epilogue {
  readonly bias: boolean;
  readonly activation: Activation;
  readonly residual: boolean;
  /** Whether the activation's argument is also written, to `pre`: its gradient needs it. */
  readonly keepsPre?: boolean;
}

/** WGSL of `fn activate(x: T) -> T` for T f32 or vec4f. */
function activationWgsl(activation: Activation, type: "f32" | "vec4f"): string {
  switch (activation) {
    case "none":
      return `fn activate(x: ${type}) -> ${type} { return x; }`;
    case "relu":
      return `fn activate(x: ${type}) -> ${type} { return max(x, ${type}()); }`;
    case "silu":
      return siluFunction("activate", type);
    case "gelu":
      return geluFunction("activate", type);
  }
}

/** WGSL of `fn epilogue(at, column, sum) -> T`: at and column count T's elements of y and of the bias. */
export function epilogueWgsl(
  { bias, activation, residual, keepsPre }: Epilogue,
  type: "f32" | "vec4f",
  scaled: boolean,
): string {
  const sum = `${scaled ? "params.scale * " : ""}sum${bias ? " + bias[column]" : ""}`;
  return `${activationWgsl(activation, type)}
fn epilogue(at: u32, column: u32, sum: ${type}) -> ${type} {
${keepsPre ? `  let before = ${sum};\n  pre[at] = before;\n` : ""}  return activate(${keepsPre ? "before" : sum})${
    residual ? " + residual[at]" : ""
  };
}`;
}

/** The buffers of the epilogue, besides y. */
export function epilogueBindings(
  { bias, residual, keepsPre }: Epilogue,
  type: "f32" | "vec4f",
): Record<string, Binding> {
  return {
    ...(bias ? { bias: read(type) } : {}),
    ...(residual ? { residual: read(type) } : {}),
    ...(keepsPre ? { pre: write(type) } : {}),
  };
}

/** The tensors for `epilogueBindings`. */
export function epilogueTensors(
  bias: Tensor | undefined,
  residual: Tensor | undefined,
  pre?: Tensor,
): Record<string, Tensor> {
  return { ...(bias ? { bias } : {}), ...(residual ? { residual } : {}), ...(pre ? { pre } : {}) };
}

/** Part of a kernel's name: " +bias silu +residual". */
export function epilogueName({ bias, activation, residual, keepsPre }: Epilogue): string {
  const before = keepsPre ? " keeps pre" : "";
  return `${bias ? " +bias" : ""}${activation === "none" ? "" : ` ${activation}`}${
    residual ? " +residual" : ""
  }${before}`;
}
