import { createHash } from "node:crypto";
import type { AdapterDescription, Features } from "../../kernels/gpu/mod.ts";
import type { Environment } from "../../reports/schema.ts";

/** An adapter as reports spell it. */
export function adapterField({ isSoftware, ...adapter }: AdapterDescription): Environment["adapter"] {
  return { ...adapter, is_software: isSoftware };
}

/** The driver of the device that computed: nvidia-smi, which tells `driver`, may be there while another adapter computes. */
export function ownDriver(
  { isSoftware }: Pick<AdapterDescription, "isSoftware">,
  driver: string | null,
): string | null {
  return isSoftware ? null : driver;
}

/** What a device may use, by WebGPU's names. */
export function featureNames({ timestamps, subgroups, f16 }: Features): string[] {
  return [
    ...(timestamps ? ["timestamp-query"] : []),
    ...(subgroups ? ["subgroups"] : []),
    ...(f16 ? ["shader-f16"] : []),
  ];
}

/** SHA-256 of each kernel's WGSL text, in hexadecimal, by the kernel's name. */
export function wgslHashes(sources: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(
    [...sources].map(([name, text]) => [name, createHash("sha256").update(text).digest("hex")]),
  );
}
