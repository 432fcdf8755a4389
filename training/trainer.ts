import { perturb } from "../kernels/augmentation/perturb.ts";
import { specAugment } from "../kernels/augmentation/spec_augment.ts";
import { drawMasks } from "../kernels/augmentation/masks.ts";
import { deferringSums } from "../kernels/column_sums/deferred.ts";
import { type Gpu, type IntegerTensor, Tape, type Tensor } from "../kernels/gpu/mod.ts";
import { type Lengths, lengths as makeLengths } from "../kernels/lengths.ts";
import { adamW } from "../kernels/optimizer/adam_w.ts";
import { sumInto } from "../kernels/optimizer/history.ts";
import { optimizerStatus } from "../kernels/optimizer/status.ts";
import type { ModelConfig } from "../model/config.ts";
import { melFeatures } from "../model/frontend.ts";
import type { Model } from "../model/model.ts";
import { type Arena, makeArena, modelOver, weightAt } from "./arena.ts";
import type { HostBatch } from "./batch.ts";
import type { TrainingConfig } from "./config.ts";
import { batchLosses, type BatchText, finalCtcWeight } from "./losses.ts";

/** Steps whose figures stay on the device until they are fetched. */
export const HISTORY_STEPS = 64;

/** Figures of a step, in this order, in a row of the history. */
const COLUMNS = ["ctc", "decoder", "impossible", "norm", "applied"] as const;

/** Figures of a step on the host. */
export interface StepFigures {
  /** Nats a token; NaN where the head is not trained. */
  readonly ctc: number;
  readonly decoder: number;
  /** Utterances that CTC could not align, and which did not count. */
  readonly impossible: number;
  /** Norm of the gradient before clipping. */
  readonly norm: number;
  /** Whether the weights changed: a loss or gradient that is not finite skips the step. */
  readonly applied: boolean;
}

/** A model in training. */
export interface Trainer {
  readonly gpu: Gpu;
  readonly config: TrainingConfig;
  readonly arena: Arena;
  /** Over the weights, and over their running average. */
  readonly model: Model;
  readonly averaged: Model;
  readonly status: IntegerTensor;
  readonly history: Tensor;
  /** Steps done, and how many of them are in the history. */
  step: number;
  pending: number;
  /** Whether each step's parts are timed as the GPU's stages `forward`, `backward` and `optimizer`. */
  timed: boolean;
}

/** Where a run stands, beside the contents of its arena. */
export interface TrainerPosition {
  readonly step: number;
  readonly applied: number;
  readonly skipped: number;
}

/** Puts a model in training on the device: weights [n] laid out by `layOut`. Its tensors are the open scope's. */
export function makeTrainer(
  gpu: Gpu,
  config: TrainingConfig,
  modelConfig: ModelConfig,
  weights: Float32Array,
  position: TrainerPosition = { step: 0, applied: 0, skipped: 0 },
): Trainer {
  const arena = makeArena(gpu, modelConfig, weights);
  return {
    gpu,
    config,
    arena,
    model: modelOver(gpu, modelConfig, arena, arena.weights),
    averaged: modelOver(gpu, modelConfig, arena, arena.average),
    status: optimizerStatus(gpu, position),
    history: gpu.zeros([HISTORY_STEPS, COLUMNS.length], "f32", "optimizer"),
    step: position.step,
    pending: 0,
    timed: false,
  };
}

/**
 * One step: the batch is heard as the plan disturbs it, its gradients computed and the weights moved, with nothing read
 * back. `rate`: the step's learning rate. Throws when more than `HISTORY_STEPS` steps' figures were not fetched.
 */
export function trainStep(trainer: Trainer, batch: HostBatch, rate: number): void {
  const { gpu } = trainer;
  using _step = gpu.scope();
  const { mel, lengths } = features(trainer, batch);
  learn(trainer, mel, lengths, uploadText(gpu, batch), rate);
}

/** `trainStep` from normalised log-mel frames [B, frames, bins] on. */
export function learn(trainer: Trainer, mel: Tensor, lengths: Lengths, text: BatchText, rate: number): void {
  const { gpu, config, arena, model, status, history } = trainer;
  if (trainer.pending >= HISTORY_STEPS) throw new RangeError(`${trainer.pending} steps' figures were never fetched`);
  const row = trainer.pending;
  const stage = <T>(name: string, work: () => T): T => trainer.timed ? gpu.stage(name, work) : work();
  using _step = gpu.scope();
  gpu.clear(arena.gradients);
  {
    using tape = new Tape(gpu, {
      recompute: config.recompute,
      dropout: config.regularization.dropout,
      seed: (Math.imul(config.seed, 0x9e3779b1) ^ trainer.step) >>> 0,
    });
    for (const place of arena.places) {
      tape.watch(model.parameters.get(place.parameter.name)!, weightAt(arena.gradients, place));
    }
    const settings = { ...config.losses, labelSmoothing: config.regularization.labelSmoothing };
    const compute = () => batchLosses(gpu, model, mel, lengths, text, settings);
    const losses = stage("forward", () => tape.recording(compute));
    stage("backward", () => deferringSums(gpu, arena.gradients, () => tape.backward()));
    const note = (values: Tensor | undefined, name: typeof COLUMNS[number], flags = true) =>
      values && sumInto(gpu, values, history, row, COLUMNS.indexOf(name), flags ? status : undefined);
    stage("optimizer", () => {
      note(losses.ctc, "ctc");
      note(losses.decoder, "decoder");
      note(losses.impossible, "impossible", false);
    });
  }
  const { betas: [beta1, beta2], epsilon, weightDecay, clip, averageDecay } = config.optimizer;
  const settings = { learningRate: rate, beta1, beta2, epsilon, weightDecay, clip, averageDecay };
  stage("optimizer", () => {
    adamW(gpu, { ...arena, status }, settings, { history, row, column: COLUMNS.indexOf("norm") });
  });
  trainer.step++;
  trainer.pending++;
}

/** The figures of the steps since they were fetched last, oldest first; waits for the device. */
export async function fetchFigures(trainer: Trainer): Promise<StepFigures[]> {
  const { gpu, history, pending, config: { losses } } = trainer;
  const { ctcWeight } = losses;
  const values = await gpu.read(history);
  trainer.pending = 0;
  return Array.from({ length: pending }, (_, row) => {
    const at = (name: typeof COLUMNS[number]) => values[row * COLUMNS.length + COLUMNS.indexOf(name)];
    return {
      ctc: ctcWeight > 0 ? at("ctc") / finalCtcWeight(losses) : NaN,
      decoder: ctcWeight < 1 ? at("decoder") / (1 - ctcWeight) : NaN,
      impossible: at("impossible"),
      norm: at("norm"),
      applied: at("applied") === 1,
    };
  });
}

/** Samples to log-mel as the model hears it in training: another speed, loudness and noise, and masks. */
function features({ gpu, config, model }: Trainer, batch: HostBatch): { mel: Tensor; lengths: Lengths } {
  using scope = gpu.scope();
  const samples = gpu.upload(new Uint32Array(batch.samples.buffer), [batch.size, batch.inputWidth / 2]);
  const inputLengths = makeLengths(gpu, batch.inputLengths, batch.inputWidth);
  const { speeds, gains, noise, seeds } = batch;
  // The plan's noise is that of the recording; here it comes after the gain.
  const how = { speed: speeds, gain: gains, noise: noise.map((n, i) => n * gains[i]), seed: seeds };
  const heard = perturb(gpu, samples, inputLengths, how, batch.outputWidth);
  const { mel, lengths } = melFeatures(gpu, model.config, model.frontend, heard.samples, heard.lengths);
  const { binMasks, bins, timeMasks, frames, share } = config.regularization.specAugment;
  const policy = { binMasks, binWidth: bins, timeMasks, timeWidth: frames, timeShare: share };
  specAugment(gpu, mel, lengths, drawMasks(seeds[0], lengths.host, mel.shape[2], policy));
  scope.keep(mel, lengths.device);
  return { mel, lengths };
}

function uploadText(gpu: Gpu, batch: HostBatch): BatchText {
  const { size, labels, labelLengths, decoderInputs, targets, tokenWidth, tokenLengths } = batch;
  return {
    labels: gpu.upload(labels, [size, tokenWidth]),
    labelLengths: makeLengths(gpu, labelLengths, tokenWidth),
    decoderInputs: gpu.upload(decoderInputs, [size, tokenWidth]),
    targets: gpu.upload(targets, [size, tokenWidth]),
    tokenLengths: makeLengths(gpu, tokenLengths, tokenWidth),
  };
}
