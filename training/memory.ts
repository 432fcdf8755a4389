import type { Gpu } from "../kernels/gpu/mod.ts";
import type { ModelConfig } from "../model/config.ts";
import { layOut } from "./arena.ts";
import type { HostBatch } from "./batch.ts";
import type { PlannedBatch } from "./bucket.ts";
import type { TrainingConfig } from "./config.ts";
import { paddedSamples, paddedTokens } from "./padding.ts";
import type { UtteranceInfo } from "./plan.ts";
import { pretendGpu } from "./pretend_device.ts";
import { makeTrainer, trainStep } from "./trainer.ts";

/** What of a batch its step's memory follows from. */
export interface BatchShape {
  readonly sequences: number;
  /** Samples before and after the speed is applied, padded. */
  readonly inputWidth: number;
  readonly outputWidth: number;
  /** Tokens of the text with its end, padded. */
  readonly tokenWidth: number;
}

/** What training holds on the device, in bytes. */
export interface TrainingMemory {
  /** Between steps: weights, gradients, moments. */
  readonly resident: number;
  /** In the greediest step, with what is resident. */
  readonly peak: number;
}

/** The shape that `assemble` gives a planned batch. */
export function shapeOf(
  { items, width }: PlannedBatch,
  utterances: readonly Pick<UtteranceInfo, "tokens">[],
): BatchShape {
  // A space stands between two texts.
  const tokens = items.map(({ sources }) => sources.reduce((sum, i) => sum + utterances[i].tokens, sources.length - 1));
  const longest = Math.max(...tokens);
  return {
    sequences: items.length,
    inputWidth: paddedSamples(Math.max(...items.map(({ samples }) => samples))),
    outputWidth: width,
    tokenWidth: paddedTokens(longest + 1),
  };
}

/** Those of the shapes that no other is at least as large as in every way: the step that needs most is one of them. */
export function largestShapes(shapes: readonly BatchShape[]): BatchShape[] {
  const sizes = (shape: BatchShape) => Object.values(shape) as number[];
  const covers = (a: readonly number[], b: readonly number[]) => a.every((size, i) => size >= b[i]);
  return shapes.reduce<BatchShape[]>((kept, shape) => {
    if (kept.some((other) => covers(sizes(other), sizes(shape)))) return kept;
    return [...kept.filter((other) => !covers(sizes(shape), sizes(other))), shape];
  }, []);
}

/**
 * What steps of these shapes need on the device `gpu`, on which nothing is done for it: each step is recorded on a device
 * that only counts, so tensors are counted exactly, and nothing that the driver holds beside them. Buffers of other shapes
 * that the pool keeps are not in it either; `Gpu.trim` gives them back. Throws a GpuError "over-limit" where a tensor is
 * larger than the device binds.
 */
export function trainingMemory(
  gpu: Gpu,
  config: TrainingConfig,
  model: ModelConfig,
  shapes: readonly BatchShape[],
): TrainingMemory {
  using pretended = pretendGpu(gpu);
  using _all = pretended.scope();
  const trainer = makeTrainer(pretended, config, model, new Float32Array(layOut(model).size));
  const resident = pretended.ledger.reservedBytes;
  let peak = resident;
  for (const shape of shapes) {
    pretended.trim();
    trainStep(trainer, emptyBatch(shape), config.optimizer.learningRate);
    trainer.pending = 0;
    peak = Math.max(peak, pretended.ledger.reservedBytes);
  }
  return { resident, peak };
}

/** A batch of a shape, every sequence as long as its row. */
function emptyBatch({ sequences: size, inputWidth, outputWidth, tokenWidth }: BatchShape): HostBatch {
  const all = (value: number) => new Array<number>(size).fill(value);
  return {
    size,
    samples: new Int16Array(size * inputWidth),
    inputWidth,
    inputLengths: all(inputWidth),
    outputLengths: all(outputWidth),
    outputWidth,
    speeds: all(inputWidth / outputWidth),
    gains: all(1),
    noise: all(0),
    seeds: all(1),
    labels: new Uint32Array(size * tokenWidth),
    labelLengths: all(tokenWidth - 1),
    decoderInputs: new Uint32Array(size * tokenWidth),
    targets: new Uint32Array(size * tokenWidth),
    tokenWidth,
    tokenLengths: all(tokenWidth),
    audioSeconds: 0,
  };
}
