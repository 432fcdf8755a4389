/** Why a computation on the GPU could not go on. The benchmark turns `over-limit` and `out-of-memory` into rows. */
export type GpuFailure = "no-adapter" | "over-limit" | "out-of-memory" | "device-lost" | "invalid";

/** One line that says what failed on the GPU, in which kernel, and what to do. */
export class GpuError extends Error {
  override readonly name = "GpuError";
  constructor(readonly failure: GpuFailure, message: string) {
    super(message);
  }
}

/** 1536 → "1.5 KiB": sizes in messages and tables. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${bytes.toFixed(bytes < 10 ? 2 : 1)} ${units[unit]}`;
}
