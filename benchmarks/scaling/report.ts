import type { AdapterDescription } from "../../kernels/gpu/mod.ts";
import { buildReport } from "../../reports/derive.ts";
import type { Environment, ScalingReport } from "../../reports/schema.ts";
import type { Machine } from "../harness/environment.ts";
import type { Options } from "./options.ts";
import { ENGINES } from "./protocol.ts";
import { FRAME_RATE_HZ } from "./row.ts";
import type { PointRecord } from "./store.ts";

/** What a report says besides its points. */
export interface RunFacts {
  readonly command: string;
  readonly startedAt: string;
  readonly machine: Machine;
  /** The adapter as the parent process sees it; what the children say of theirs goes before it. */
  readonly adapter: AdapterDescription;
  readonly source: Environment["dataset"]["source"];
  /** Whether a signal stopped the run before every point had its turn. */
  readonly interrupted: boolean;
}

/** The report of finished points: by engine, then batch, then minutes. `records` must not be empty. */
export function reportOf(records: readonly PointRecord[], options: Options, facts: RunFacts): ScalingReport {
  const ordered = [...records].sort((p, q) =>
    engineRank(p.row.engine) - engineRank(q.row.engine) || p.row.batch - q.row.batch || p.row.minutes - q.row.minutes
  );
  const rows = ordered.map(({ row }) => row);
  return buildReport(environmentOf(ordered, options, facts), rows, FRAME_RATE_HZ, facts.interrupted);
}

function engineRank(name: string): number {
  return ENGINES.findIndex((engine) => engine === name);
}

function environmentOf(records: readonly PointRecord[], options: Options, facts: RunFacts): Environment {
  const ready = records.flatMap(({ row, ready }) => ready === null ? [] : [{ engine: row.engine, ...ready }]);
  const { backend, vendor, architecture, device, description, isSoftware } = ready[0]?.adapter ??
    { ...facts.adapter, backend: options.gpu };
  const features = ready[0]?.features;
  return {
    ...facts.machine,
    // The device's own driver: nvidia-smi may be there while another adapter computes.
    driver: isSoftware ? null : facts.machine.driver,
    command: facts.command,
    started_at: facts.startedAt,
    wgsl_hashes: Object.assign({}, ...records.map(({ done }) => done?.wgslHashes ?? {})) as Record<string, string>,
    adapter: { vendor, architecture, device, description, backend, is_software: isSoftware },
    limits: { ...ready[0]?.limits },
    features: [
      ...(features?.timestamps ? ["timestamp-query"] : []),
      ...(features?.subgroups ? ["subgroups"] : []),
      ...(features?.f16 ? ["shader-f16"] : []),
    ],
    seeds: { audio: options.seed, weights: options.seed },
    config_hashes: Object.fromEntries(ready.map(({ engine, configHash }) => [engine, configHash])),
    parameters: Object.fromEntries(ready.map(({ engine, parameters }) => [engine, { ...parameters }])),
    dataset: {
      source: facts.source,
      id: `synthetic-${facts.source}-seed-${options.seed}`,
      sample_rate_hz: 16000,
      manifest_sha256: Object.fromEntries(
        records.map(({ row, manifestSha256 }) => [String(row.minutes), manifestSha256]),
      ),
    },
  };
}
