import type { AdapterDescription, BackendName, Features, Limits } from "../../kernels/gpu/mod.ts";
import type { Machine } from "../harness/environment.ts";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** `missing`: something works without it, or less well; `failed`: nothing can be measured. */
  readonly state: "ok" | "missing" | "failed";
  readonly detail: string;
  /** What to do about it; null where there is nothing to do. */
  readonly remedy: string | null;
}

/** What `doctor` found; with `--json`, what it prints. */
export interface Findings {
  readonly kind: "doctor";
  readonly schema_version: 1;
  readonly can_measure: boolean;
  readonly machine: Machine;
  readonly gpu: {
    readonly backend: BackendName;
    readonly adapter: AdapterDescription | null;
    readonly limits: Limits | null;
    readonly features: Features | null;
  };
  readonly checks: readonly Check[];
}

/** A check that found what it looked for. */
export function ok(name: string, detail: string): Check {
  return { name, state: "ok", detail, remedy: null };
}
