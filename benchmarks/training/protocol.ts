import type { BackendName } from "../../kernels/gpu/mod.ts";
import type { TrainingConfig } from "../../training/config.ts";

/**
 * Training steps on a batch of random log-mel frames and characters, as the parent process asks a child process to measure
 * them (one JSON argument). The child answers as those of the scaling benchmark do (benchmarks/scaling/protocol.ts): a
 * sample is a repeat of `steps` steps, its seconds and stages are of one step, and so are `dispatches` and `figures` of
 * `done`; there being no tokens, its hash is of the figures.
 */
export interface StepsRequest {
  readonly gpu: BackendName;
  /** Its seed decides weights, frames, characters and dropout. */
  readonly config: TrainingConfig;
  readonly batch: number;
  /** Of 10 ms, of each utterance. */
  readonly melFrames: number;
  /** Characters of each utterance. */
  readonly tokens: number;
  /** Of each repeat: up to HISTORY_STEPS of training/trainer.ts. */
  readonly steps: number;
  readonly warmups: number;
  readonly repeats: number;
  /** Seconds after which no further repeat is begun. */
  readonly budgetSeconds: number;
}
