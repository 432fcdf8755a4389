import { type Gpu, GpuError, type Tag, type Tensor } from "./gpu/mod.ts";

/** How many rows of each sequence of a batch are real; those behind are padding and must never change a result. */
export interface Lengths {
  /** One count a sequence, on the host. */
  readonly host: readonly number[];
  /** The same as u32 [B], on the device. */
  readonly device: Tensor;
}

/** Puts the lengths of a batch on the device. Throws where one is not an integer in 0 … `longest`. */
export function lengths(gpu: Gpu, host: readonly number[], longest: number, tag: Tag = "activations"): Lengths {
  const bad = host.findIndex((n) => !Number.isInteger(n) || n < 0 || n > longest);
  if (bad >= 0) throw new GpuError("invalid", `sequence ${bad} has ${host[bad]} rows, not an integer in 0..${longest}`);
  return { host, device: gpu.upload(Uint32Array.from(host), [host.length], tag) };
}
