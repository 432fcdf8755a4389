import { z } from "zod";
import { ConfigError } from "../../model/config.ts";
import type { Checkpoint, CheckpointTensor } from "../../training/checkpoint.ts";

const count = z.int().min(0);
const schema = z.strictObject({
  /** Of the training config and of all that is trained and evaluated on. */
  configHash: z.string(),
  dataHash: z.string(),
  /** Steps done, those that moved the weights, and those that were skipped. */
  step: count,
  applied: count,
  skipped: count,
  /** Heard since the beginning. */
  audioSeconds: z.number(),
  elapsedSeconds: z.number(),
  /** The last step after which the dev set was evaluated. */
  evaluatedStep: count,
  best: z.strictObject({ wer: z.number(), step: count }).nullable(),
});

type Stored = z.infer<typeof schema>;

/** What a run knows of itself beside the weights; the trainer has the rest of its position. */
export type RunState = { -readonly [name in Exclude<keyof Stored, "step" | "applied">]: Stored[name] };

/** The state of a run that begins. */
export function newState(configHash: string, dataHash: string): RunState {
  return { configHash, dataHash, skipped: 0, audioSeconds: 0, elapsedSeconds: 0, evaluatedStep: 0, best: null };
}

/** The state in a checkpoint. Throws a ConfigError, one line, where it is of another config or other data. */
export function storedState({ state }: Checkpoint, path: string, configHash: string, dataHash: string): Stored {
  const result = schema.safeParse(state);
  if (!result.success) {
    throw new ConfigError(`${path}: its state is not this version's; begin again with another --out`);
  }
  const stored = result.data;
  const differs = stored.configHash !== configHash ? "config" : stored.dataHash !== dataHash ? "data" : null;
  if (differs) {
    throw new ConfigError(`--resume: ${path} is of another ${differs}; give it the same, or another --out`);
  }
  return stored;
}

/** One of a checkpoint's tensors, of `size` values. Throws a ConfigError where it is not there. */
export function storedTensor({ tensors }: Checkpoint, name: string, size: number, path: string): CheckpointTensor {
  const found = tensors.get(name);
  if (!found || found.length !== size) {
    throw new ConfigError(`${path}: holds no ${size} ${name}; it is of another model`);
  }
  return found;
}
