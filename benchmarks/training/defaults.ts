import type { PresetName } from "../../model/presets.ts";
import type { LongEngine } from "./long_audio.ts";
import { LONG_ENGINES } from "./long_audio.ts";

/** What is measured where the command line does not say. */
export interface TrainingDefaults {
  /** A training preset. */
  readonly config: string;
  readonly batch: number;
  readonly seconds: number;
  readonly tokens: number;
  readonly steps: number;
  readonly warmups: number;
  readonly repeats: number;
  /** Size of the models that hear long audio. */
  readonly size: PresetName;
  readonly minutes: readonly number[];
  readonly engines: readonly LongEngine[];
  /** For one point. */
  readonly budgetSeconds: number;
  /** For the whole command, or null where there is no such limit. */
  readonly totalBudgetSeconds: number | null;
}

/** On a GPU: the published benchmark. */
export const GPU_DEFAULTS: TrainingDefaults = {
  config: "an4",
  batch: 16,
  seconds: 5,
  tokens: 40,
  steps: 20,
  warmups: 1,
  repeats: 10,
  size: "base",
  minutes: [5, 10, 15, 20, 25, 30],
  engines: LONG_ENGINES,
  budgetSeconds: 600,
  totalBudgetSeconds: null,
};

/** On a processor that plays a GPU at about 1 GFLOP/s. */
export const SOFTWARE_DEFAULTS: TrainingDefaults = {
  config: "tiny",
  batch: 4,
  seconds: 2,
  tokens: 16,
  steps: 2,
  warmups: 0,
  repeats: 3,
  size: "nano",
  minutes: [0.25, 0.5, 1, 2],
  engines: LONG_ENGINES,
  budgetSeconds: 30,
  totalBudgetSeconds: 120,
};
