import { formatBytes, type Gpu, GpuError } from "../../kernels/gpu/mod.ts";
import type { ModelConfig } from "../../model/config.ts";
import { SAMPLE_RATE } from "../../model/frontend.ts";
import type { TrainingConfig } from "../../training/config.ts";
import { largestShapes, shapeOf, trainingMemory } from "../../training/memory.ts";
import { paddedSamples } from "../../training/padding.ts";
import { planEpoch, type UtteranceInfo } from "../../training/plan.ts";
import { UsageError } from "../harness/errors.ts";
import { nvidiaQuery } from "../harness/outside_memory.ts";

/** What a run may take of the device's memory, in bytes. */
export interface MemoryBudget {
  /** Free on the device when the run began; Infinity where nothing tells. */
  readonly free: number;
  /** What the greediest step adds to what is resident, and the sum of both. */
  readonly step: number;
  readonly peak: number;
}

/**
 * Share of what is free that tensors may take. An H200 gave away 0.4 to 1.4 GB more than the pool had reserved, and at 6 to
 * 10 GB up to 1.21 times as much (reports/published/nvidia-h200/scaling-batch-8).
 */
const USABLE = 0.8;

/** Epochs whose batches are looked at: what utterances are joined, and so the longest texts, differ between them. */
const EPOCHS_PLANNED = 3;

/** Free memory of the adapter in bytes, before a run has taken any; null where nothing tells. */
export async function freeMemory({ adapter }: Pick<Gpu, "adapter">): Promise<number | null> {
  if (adapter.isSoftware) return Deno.systemMemoryInfo().available;
  if (!/nvidia/i.test(`${adapter.vendor} ${adapter.description}`)) return null;
  const mebibytes = Number(await nvidiaQuery("memory.free") ?? NaN);
  return Number.isFinite(mebibytes) ? mebibytes * 2 ** 20 : null;
}

/**
 * Estimates what the greediest step of a run needs, before anything is done on the device. Throws a UsageError, one line
 * with the batch that would fit, where the device has less than that, or binds no tensor so large.
 */
export function requireMemory(
  gpu: Gpu,
  config: TrainingConfig,
  model: ModelConfig,
  utterances: readonly UtteranceInfo[],
  free: number | null,
): MemoryBudget {
  const room = USABLE * (free ?? Infinity);
  const found = need(gpu, config, model, utterances, EPOCHS_PLANNED);
  if (typeof found !== "string" && found.peak <= room) {
    return { free: free ?? Infinity, step: found.peak - found.resident, peak: found.peak };
  }
  const problem = typeof found === "string"
    ? found
    : `a step needs about ${formatBytes(found.peak)}, and of the ${formatBytes(free!)} that are free on ` +
      `${gpu.adapter.description} it may take ${formatBytes(room)}`;
  const fits = (candidate: TrainingConfig, epochs = EPOCHS_PLANNED) => {
    const needed = need(gpu, candidate, model, utterances, epochs);
    return typeof needed !== "string" && needed.peak <= room;
  };
  throw new UsageError(`batch.seconds ${config.batch.seconds}: ${problem}; ${remedy(config, fits)}`);
}

/** Gives back what the pool keeps for batches of other shapes where a step might not find room beside it. */
export function makeRoom(gpu: Gpu, { free, step }: Pick<MemoryBudget, "free" | "step">): void {
  if (gpu.ledger.reservedBytes + step > USABLE * free) gpu.trim();
}

/** What would fit: fewer seconds, else recomputation. */
function remedy(config: TrainingConfig, fits: (candidate: TrainingConfig, epochs?: number) => boolean): string {
  const withSeconds = (seconds: number, recompute = config.recompute): TrainingConfig => ({
    ...config,
    recompute,
    batch: { ...config.batch, seconds },
  });
  const { speeds } = config.regularization;
  const slowest = Array.isArray(speeds) ? Math.min(...speeds) : speeds.lowest;
  let fitting = Math.ceil(paddedSamples(Math.ceil(config.data.maximumSeconds * SAMPLE_RATE / slowest)) / SAMPLE_RATE);
  if (fitting >= config.batch.seconds || !fits(withSeconds(fitting))) {
    const shorter = "use a smaller model, or a smaller data.maximumSeconds and batch.seconds";
    if (config.recompute || !fits(withSeconds(fitting, true))) return shorter;
    return `batch.seconds ${fitting} would fit with recompute: --set batch.seconds=${fitting} --set recompute=true`;
  }
  for (let above = Math.ceil(config.batch.seconds); above - fitting > 1;) {
    const middle = Math.floor((fitting + above) / 2);
    if (fits(withSeconds(middle), 1)) fitting = middle;
    else above = middle;
  }
  // Searched by one epoch, which is quick; others may hold a greedier step.
  while (!fits(withSeconds(fitting))) fitting--;
  return `batch.seconds ${fitting} would fit: --set batch.seconds=${fitting}`;
}

/** What the batches of the first epochs need; in words, where the device binds no tensor so large. */
function need(
  gpu: Gpu,
  config: TrainingConfig,
  model: ModelConfig,
  utterances: readonly UtteranceInfo[],
  epochs: number,
): { readonly resident: number; readonly peak: number } | string {
  const shapes = Array.from({ length: epochs }, (_, epoch) => planEpoch(utterances, config, epoch).batches)
    .flat().map((batch) => shapeOf(batch, utterances));
  try {
    return trainingMemory(gpu, config, model, largestShapes(shapes));
  } catch (error) {
    if (error instanceof GpuError && error.failure === "over-limit") return error.message;
    throw error;
  }
}
