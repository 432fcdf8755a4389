import { outcomeOf } from "./outcome.ts";
import {
  type ExactLane,
  GATE_SCHEMA_VERSION,
  type GateReport,
  type MeasuredTiming,
  type StoredSamples,
} from "./schema.ts";
import { storedRows } from "./stored_rows.ts";
import { timingRows } from "./timing_rows.ts";

/** What a run of the gate has measured: all that its report cannot derive. */
export interface GateMeasured {
  readonly environment: GateReport["environment"];
  readonly exact: ExactLane | null;
  readonly timing: MeasuredTiming | null;
  readonly stored: StoredSamples | null;
}

/** The report that follows from what was measured; of a report, the same again without its digest, by which `verify` checks it. */
export function deriveGate({ environment, exact, timing, stored }: GateMeasured): GateReport {
  const lanes = {
    exact,
    timing: timing && { ...timing, rows: timingRows(timing) },
    stored: stored && { ...stored, rows: storedRows(stored) },
  };
  return { kind: "gate", schema_version: GATE_SCHEMA_VERSION, environment, ...lanes, ...outcomeOf(lanes) };
}
