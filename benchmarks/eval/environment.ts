import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { EvalReport } from "../../reports/eval_schema.ts";
import type { Engine } from "../engines/engine.ts";
import type { OwnEngine } from "../engines/own.ts";
import { describeMachine } from "../harness/environment.ts";

/** Machine and, where the engine computes by WebGPU in this process, its device and kernels. */
export async function describeEnvironment(
  engine: Engine | OwnEngine,
  command: string,
  startedAt: string,
): Promise<EvalReport["environment"]> {
  const machine = await describeMachine(fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, ""));
  const told = { ...machine, command, started_at: startedAt };
  if (!("device" in engine)) {
    return { ...told, driver: null, adapter: null, limits: {}, features: [], wgsl_hashes: {} };
  }
  const { adapter: { isSoftware, ...adapter }, limits, features } = engine.device;
  return {
    ...told,
    driver: isSoftware ? null : machine.driver,
    adapter: { ...adapter, is_software: isSoftware },
    limits: { ...limits },
    features: [
      ...(features.timestamps ? ["timestamp-query"] : []),
      ...(features.subgroups ? ["subgroups"] : []),
      ...(features.f16 ? ["shader-f16"] : []),
    ],
    wgsl_hashes: Object.fromEntries(
      [...engine.device.sources()].map(([name, text]) => [name, createHash("sha256").update(text).digest("hex")]),
    ),
  };
}
