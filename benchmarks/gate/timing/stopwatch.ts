import process from "node:process";
import type { Gpu } from "../../../kernels/gpu/mod.ts";
import type { Clock } from "./protocol.ts";

/** The clock that tells most of this device: see `Clock`. */
export function clockOf({ adapter, features }: Pick<Gpu, "adapter" | "features">): Clock {
  if (adapter.isSoftware) return "processor";
  return features.timestamps ? "gpu" : "host";
}

/** Seconds that the device takes for what `record` records, by `clock`. */
export async function timed(gpu: Gpu, clock: Clock, record: () => void): Promise<number> {
  const processor = process.cpuUsage();
  const started = performance.now();
  record();
  // Without timestamps there are no stages, and nothing would be waited for.
  if (!gpu.features.timestamps) await gpu.idle();
  const stages = await gpu.stageSeconds();
  if (clock === "gpu") return [...stages.values()].reduce((sum, seconds) => sum + seconds, 0);
  if (clock === "host") return (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(processor);
  return (user + system) / 1e6;
}
