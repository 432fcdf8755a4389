import type { PresetName } from "../../model/presets.ts";
import { type EngineName, OWN_ENGINES } from "./protocol.ts";

/** What is measured where the command line does not say. */
export interface Defaults {
  readonly preset: PresetName;
  readonly minutes: readonly number[];
  readonly batches: readonly number[];
  /** Whisper comes to them where it has weights. */
  readonly engines: readonly EngineName[];
  readonly warmups: number;
  readonly repeats: number;
  /** For one point. */
  readonly budgetSeconds: number;
  /** For the whole command, or null where there is no such limit. */
  readonly totalBudgetSeconds: number | null;
  readonly forcedTokens: number;
}

/** On a GPU: the published benchmark. */
export const GPU_DEFAULTS: Defaults = {
  preset: "base",
  minutes: [5, 10, 15, 20, 25, 30],
  batches: [1],
  engines: OWN_ENGINES,
  warmups: 1,
  repeats: 10,
  budgetSeconds: 600,
  totalBudgetSeconds: null,
  forcedTokens: 32,
};

/**
 * On a processor that plays a GPU at about 1 GFLOP/s: a minute and a half in all. Samba fits at every length; the
 * shortest are there for the transformers.
 */
export const SOFTWARE_DEFAULTS: Defaults = {
  preset: "nano",
  minutes: [1, 2, 5, 10, 20, 30],
  batches: [1],
  engines: OWN_ENGINES,
  warmups: 0,
  repeats: 3,
  budgetSeconds: 30,
  totalBudgetSeconds: 90,
  forcedTokens: 8,
};
