import { join } from "node:path";
import { readStatus } from "../../kernels/optimizer/status.ts";
import { ConfigError } from "../../model/config.ts";
import { saveModel } from "../../model/weights.ts";
import { type CheckpointName, checkpointPath, saveCheckpoint } from "../../training/checkpoint.ts";
import type { Trainer } from "../../training/trainer.ts";
import type { RunState } from "./state.ts";

/** Where the best weights go, in the form that `eval --weights` reads. */
export const MODEL_FILE = "model.safetensors";

const LARGEST_FLOAT16 = 65504;

/** What is saved, and where. */
export interface Saved {
  readonly trainer: Trainer;
  readonly state: RunState;
  readonly folder: string;
  /** Goes into the model's metadata. */
  readonly provenance: Readonly<Record<string, string>>;
}

/**
 * Writes the last checkpoint; answers whether it did. Not so where the step before was skipped, unless `always`: a run whose
 * weights give no finite loss any more keeps the checkpoint from before. Throws a ConfigError where it cannot be written.
 */
export async function saveLast(saved: Saved, elapsedSeconds: number, always: boolean): Promise<boolean> {
  const { trainer: { gpu, status, step } } = saved;
  const { last } = await readStatus(gpu, status);
  if (!always && step > 0 && !last.applied) return false;
  await save(saved, "last", elapsedSeconds);
  return true;
}

/**
 * Writes the best checkpoint, and the model of its weights or of their average: in float16, unless one is beyond that.
 * Throws a ConfigError where it cannot.
 */
export async function saveBest(saved: Saved, elapsedSeconds: number): Promise<void> {
  const { trainer, state: { best }, folder, provenance } = saved;
  const tensors = await save(saved, "best", elapsedSeconds);
  const fits = tensors.get(isAveraged(trainer) ? "average" : "weights")!.every((x) => Math.abs(x) <= LARGEST_FLOAT16);
  const told = { ...provenance, steps: `${trainer.step}`, dev_wer: best ? `${best.wer}` : "none" };
  const path = join(folder, MODEL_FILE);
  try {
    await saveModel(trainer.gpu, judged(trainer), path, { type: fits ? "F16" : "F32", provenance: told });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = error.message.split("\n")[0];
    throw new ConfigError(
      `${path}: the model cannot be written (${reason}); the last checkpoint is intact: make room, then --resume`,
    );
  }
}

/** The weights that are evaluated and kept: their running average, where there is one. */
export function judged(trainer: Trainer): Trainer["model"] {
  return isAveraged(trainer) ? trainer.averaged : trainer.model;
}

function isAveraged({ config }: Trainer): boolean {
  return config.optimizer.averageDecay > 0;
}

async function save(
  { trainer, state, folder }: Saved,
  name: CheckpointName,
  elapsedSeconds: number,
): Promise<Map<string, Float32Array<ArrayBuffer>>> {
  const { gpu, arena: { weights, first, second, average }, status, step } = trainer;
  const { applied, skipped } = await readStatus(gpu, status);
  const tensors = new Map(
    await Promise.all(
      Object.entries({ weights, first, second, average }).map(async ([key, x]) => [key, await gpu.read(x)] as const),
    ),
  );
  const position = { ...state, step, applied, skipped, elapsedSeconds };
  await saveCheckpoint(checkpointPath(folder, name), { tensors, state: position });
  return tensors;
}

/** Takes away what an earlier run left in `folder`, and what a kill left of a model half-written. */
export async function clearFolder(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (/^(last|best|model)\.safetensors(\.(.*\.)?tmp)?$/.test(name)) {
      await Deno.remove(join(folder, name), { recursive: true });
    }
  }
}

/** Takes away what a kill left of files half-written. */
export async function clearRests(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (/^model\.safetensors\..*\.tmp$/.test(name)) await Deno.remove(join(folder, name));
  }
}
