import { ctcMinimumFrames } from "../kernels/ctc/minimum_frames.ts";
import { perturbedLength } from "../kernels/augmentation/perturb.ts";
import { melFrames, SAMPLE_RATE } from "../model/frontend.ts";
import { subsampledLength } from "../model/layers/subsampling.ts";
import type { TrainingConfig } from "./config.ts";
import type { TrainingUtterance } from "./batch.ts";
import { cutBatches, type PlannedBatch } from "./bucket.ts";
import { paddedSamples } from "./padding.ts";
import { shuffled, type Stream, stream } from "./random.ts";

/** What the plan needs to know of a training utterance. */
export interface UtteranceInfo {
  /** Samples at 16 kHz. */
  readonly samples: number;
  /** Tokens of its text. */
  readonly tokens: number;
  /** Encoder frames that CTC needs for them (`ctcMinimumFrames`). */
  readonly ctcFrames: number;
  readonly speaker: string;
  /** Times that it comes in an epoch; 1.5: once, and in half of the epochs again. */
  readonly repeat: number;
}

/** What the plan needs to know of an utterance in memory. */
export function utteranceInfo(
  { samples, tokens, speaker, repeat }: TrainingUtterance & { readonly speaker: string; readonly repeat: number },
): UtteranceInfo {
  return { samples: samples.length, tokens: tokens.length, ctcFrames: ctcMinimumFrames(tokens), speaker, repeat };
}

/** What becomes one sequence of a batch: utterances joined by silence, then sped up, amplified and disturbed. */
export interface PlannedItem {
  /** Indices of the utterances, in the order in which they are heard. */
  readonly sources: readonly number[];
  /** Samples of silence between each two of them. */
  readonly pauses: readonly number[];
  /** Above 1 is faster and shorter, and higher. */
  readonly speed: number;
  readonly gainDb: number;
  /** Signal to noise of white noise; null: none. */
  readonly snrDb: number | null;
  /** For whatever is drawn later: token noise, the noise itself, SpecAugment. 32 bits. */
  readonly seed: number;
  /** Samples of sources and pauses, and of what the speed makes of them. */
  readonly samples: number;
  readonly outputSamples: number;
}

/** An epoch: every utterance that can be trained on comes at least once where its repeat is at least 1. */
export interface EpochPlan {
  /** In the order in which they are trained on. */
  readonly batches: readonly PlannedBatch[];
  /** Utterances left out, as CTC cannot align their text with so few frames. */
  readonly tooShort: readonly number[];
  /** Utterances left out, as a batch may not be so long. */
  readonly tooLong: readonly number[];
}

/** What of a training config a plan follows from. */
export type PlanConfig = Pick<TrainingConfig, "batch" | "regularization" | "recombination" | "seed"> & {
  readonly data: Pick<TrainingConfig["data"], "maximumSeconds">;
};

/** The plan of an epoch (from 0): the same for the same utterances, config and seed. */
export function planEpoch(utterances: readonly UtteranceInfo[], config: PlanConfig, epoch: number): EpochPlan {
  const usable: number[] = [];
  const tooShort: number[] = [];
  const tooLong: number[] = [];
  for (const [i, { samples, ctcFrames }] of utterances.entries()) {
    if (encoderFrames(samples) < ctcFrames) tooShort.push(i);
    else (isTooLong(samples, config) ? tooLong : usable).push(i);
  }
  const partners = partnersOf(usable, utterances, config.recombination.sameSpeaker);
  const items: PlannedItem[] = [];
  for (const i of usable) {
    const { repeat } = utterances[i];
    const extra = stream(config.seed, epoch, i, "repeat").uniform() < repeat % 1 ? 1 : 0;
    for (let copy = 0; copy < Math.floor(repeat) + extra; copy++) {
      items.push(planItem(i, partners(i), utterances, config, stream(config.seed, epoch, i, copy)));
    }
  }
  // Equal lengths come in another order each time, so that the same utterances are not always together.
  const order = shuffled(items, stream(config.seed, epoch, "items"));
  const batches = shuffled(cutBatches(order, config.batch), stream(config.seed, epoch, "batches"));
  return { batches, tooShort, tooLong };
}

/** Encoder frames of so many samples. */
function encoderFrames(samples: number): number {
  return subsampledLength(melFrames(samples));
}

function isTooLong(samples: number, { data, batch }: PlanConfig): boolean {
  return samples > data.maximumSeconds * SAMPLE_RATE || paddedSamples(samples) > batch.seconds * SAMPLE_RATE;
}

/** For each utterance, those that may be joined to it, itself among them. */
function partnersOf(usable: readonly number[], utterances: readonly UtteranceInfo[], sameSpeaker: boolean) {
  if (!sameSpeaker) return () => usable;
  const bySpeaker = Map.groupBy(usable, (i) => utterances[i].speaker);
  return (i: number): readonly number[] => bySpeaker.get(utterances[i].speaker)!;
}

function planItem(
  first: number,
  partners: readonly number[],
  utterances: readonly UtteranceInfo[],
  config: PlanConfig,
  draw: Stream,
): PlannedItem {
  const { regularization: { speeds, gainDb, noise }, recombination } = config;
  const seed = draw.seed();
  const wanted = draw.uniform() < recombination.share ? 2 + draw.integer(recombination.most - 1) : 1;
  const speed = Array.isArray(speeds)
    ? speeds[draw.integer(speeds.length)]
    : draw.between(speeds.lowest, speeds.highest);
  const gain = draw.between(gainDb.lowest, gainDb.highest);
  const snrDb = draw.uniform() < noise.share ? draw.between(noise.snrDb.lowest, noise.snrDb.highest) : null;

  const chosen = [first];
  const pauses: number[] = [];
  let samples = utterances[first].samples;
  // Some draws are utterances that do not fit; so many tries find what there is.
  for (let tries = 0; chosen.length < wanted && tries < 8; tries++) {
    const partner = partners[draw.integer(partners.length)];
    const pause = Math.round(
      draw.between(recombination.pauseSeconds.lowest, recombination.pauseSeconds.highest) * SAMPLE_RATE,
    );
    const longer = samples + pause + utterances[partner].samples;
    if (chosen.includes(partner) || isTooLong(longer, config)) continue;
    chosen.push(partner);
    pauses.push(pause);
    samples = longer;
  }
  // A space stands between two texts.
  const needed = chosen.reduce((sum, i) => sum + utterances[i].ctcFrames, chosen.length - 1);
  const outputSamples = perturbedLength(samples, speed);
  const fits = encoderFrames(outputSamples) >= needed &&
    paddedSamples(outputSamples) <= config.batch.seconds * SAMPLE_RATE;
  return {
    sources: shuffled(chosen, draw),
    pauses,
    // Whoever speaks so fast that no speed-up is left, or so long that no slowing is, is heard as recorded.
    ...(fits ? { speed, outputSamples } : { speed: 1, outputSamples: samples }),
    gainDb: gain,
    snrDb,
    seed,
    samples,
  };
}

/**
 * Steps of a whole run: the batches of `schedule.epochs` epochs, or `schedule.steps`, whichever is less. Plans each epoch,
 * as how many batches one has follows from what is drawn.
 */
export function totalSteps(
  utterances: readonly UtteranceInfo[],
  config: PlanConfig & Pick<TrainingConfig, "schedule">,
): number {
  const { epochs = Infinity, steps = Infinity } = config.schedule;
  let total = 0;
  for (let epoch = 0; epoch < epochs && total < steps; epoch++) {
    const { length } = planEpoch(utterances, config, epoch).batches;
    if (length === 0) return 0;
    total += length;
  }
  return Math.min(total, steps);
}
