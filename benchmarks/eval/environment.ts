import type { EvalReport } from "../../reports/eval_schema.ts";
import type { Engine } from "../engines/engine.ts";
import type { OwnEngine } from "../engines/own.ts";
import { adapterField, featureNames, wgslHashes } from "../harness/device.ts";
import { describeMachine } from "../harness/environment.ts";
import { PROJECT_ROOT } from "../harness/project.ts";

/** Machine and, where the engine computes by WebGPU in this process, its device and kernels. */
export async function describeEnvironment(
  engine: Engine | OwnEngine,
  command: string,
  startedAt: string,
): Promise<EvalReport["environment"]> {
  const machine = await describeMachine(PROJECT_ROOT);
  const told = { ...machine, command, started_at: startedAt };
  if (!("device" in engine)) {
    return { ...told, driver: null, adapter: null, limits: {}, features: [], wgsl_hashes: {} };
  }
  const { adapter, limits, features } = engine.device;
  return {
    ...told,
    driver: adapter.isSoftware ? null : machine.driver,
    adapter: adapterField(adapter),
    limits: { ...limits },
    features: featureNames(features),
    wgsl_hashes: wgslHashes(engine.device.sources()),
  };
}
