import type { AdapterDescription, BackendName } from "../../kernels/gpu/mod.ts";
import { buildReport } from "../../reports/derive.ts";
import type { MachineEnvironment } from "../../reports/machine_schema.ts";
import type { Environment, Row, ScalingReport } from "../../reports/schema.ts";
import { transcriptOf } from "../../reports/transcript.ts";
import { adapterField, featureNames, ownDriver } from "../harness/device.ts";
import type { Machine } from "../harness/environment.ts";
import type { EventOf } from "./measure_point.ts";
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
  const rows = ordered.map(rowWithTranscript);
  return buildReport(environmentOf(ordered, options, facts), rows, FRAME_RATE_HZ, facts.interrupted);
}

/**
 * A point's row with what was heard, where somebody knows what was said. Scored only now: to align half an hour takes memory,
 * which children that were started later would show as their own peak.
 */
function rowWithTranscript({ row, reference, done }: PointRecord): Row {
  const hypothesis = done?.text ?? null;
  if (row.status !== "ok" || reference === null || hypothesis === null) return row;
  return { ...row, transcript: transcriptOf(reference, hypothesis) };
}

function engineRank(name: string): number {
  return ENGINES.findIndex((engine) => engine === name);
}

/** The machine with the device that the first child which had one computed on, else the adapter that this process sees. */
export function measuredMachine(
  ready: readonly Pick<EventOf<"ready">, "device">[],
  gpu: BackendName,
  facts: Pick<RunFacts, "command" | "startedAt" | "machine" | "adapter">,
): MachineEnvironment {
  const first = ready.find(({ device }) => device !== null)?.device ?? null;
  const adapter = first?.adapter ?? { ...facts.adapter, backend: gpu };
  return {
    ...facts.machine,
    driver: ownDriver(adapter, facts.machine.driver),
    command: facts.command,
    started_at: facts.startedAt,
    adapter: adapterField(adapter),
    limits: { ...first?.limits },
    features: first === null ? [] : featureNames(first.features),
  };
}

function environmentOf(records: readonly PointRecord[], options: Options, facts: RunFacts): Environment {
  const ready = records.flatMap(({ row, ready }) => ready === null ? [] : [{ engine: row.engine, ...ready }]);
  const models = ready.flatMap(({ engine, model }) => model === null ? [] : [{ engine, ...model }]);
  const trained = ready.flatMap(({ engine, weights }) => weights === null ? [] : [[engine, weights] as const]);
  return {
    ...measuredMachine(ready, options.gpu, facts),
    wgsl_hashes: Object.assign({}, ...records.map(({ done }) => done?.wgslHashes ?? {})) as Record<string, string>,
    seeds: { audio: options.seed, weights: options.seed },
    config_hashes: Object.fromEntries(models.map(({ engine, configHash }) => [engine, configHash])),
    parameters: Object.fromEntries(models.map(({ engine, parameters }) => [engine, { ...parameters }])),
    ...(trained.length === 0 ? {} : {
      weights: Object.fromEntries(
        trained.map(([engine, { name, sha256, settings }]) => [engine, { name, sha256, settings: { ...settings } }]),
      ),
    }),
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
