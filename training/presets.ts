import { ConfigError } from "../model/config.ts";
import { parseTrainingConfig, type TrainingConfig } from "./config.ts";
import { nearestPath } from "./nearest.ts";

const NOTHING = {
  dropout: 0,
  labelSmoothing: 0,
  tokenNoise: { share: 0, tokens: 0 },
  specAugment: { binMasks: 0, bins: 0, timeMasks: 0, frames: 0, share: 0 },
  speeds: [1],
  gainDb: { lowest: 0, highest: 0 },
  noise: { share: 0, snrDb: { lowest: 10, highest: 40 } },
};

/** The recipe that was found in PyTorch for AN4 (`../shared/facts.md` where this is built), with what it left untried. */
const RECIPE: Omit<TrainingConfig, "name" | "data" | "model"> = {
  batch: { seconds: 96, utterances: 16 },
  optimizer: {
    learningRate: 2e-3,
    betas: [0.9, 0.98],
    epsilon: 1e-8,
    weightDecay: 0.01,
    clip: 1,
    averageDecay: 0.999,
  },
  schedule: { kind: "linear", warmUpSteps: 300, epochs: 60, floor: 0.02 },
  regularization: {
    dropout: 0.1,
    labelSmoothing: 0.1,
    tokenNoise: { share: 0.5, tokens: 0.5 },
    specAugment: { binMasks: 2, bins: 15, timeMasks: 2, frames: 15, share: 0.15 },
    speeds: [0.9, 1, 1.1],
    gainDb: { lowest: -6, highest: 6 },
    noise: { share: 0.3, snrDb: { lowest: 10, highest: 40 } },
  },
  recombination: { share: 0.5, most: 3, pauseSeconds: { lowest: 0.1, highest: 0.5 }, sameSpeaker: false },
  losses: { ctcWeight: 0.3 },
  recompute: false,
  evaluation: { everyEpochs: 10, decode: ["ctc", "greedy"] },
  checkpoint: { everySeconds: 60 },
  limits: { skippedSteps: 20 },
  seed: 1,
};

/** What was found by trying: see EXPERIMENTS.md. */
const AN4: TrainingConfig = {
  ...RECIPE,
  name: "samba-an4",
  model: {
    family: "samba",
    width: 128,
    heads: 4,
    encoder: { blocks: 5, feedForward: 512 },
    decoder: { blocks: 2, feedForward: 512, crossState: 64 },
  },
  data: {
    train: [{ dataset: "an4" }],
    dev: [],
    // Every ninth of the 74 speakers by name: two women and six men, 100 of 948 utterances.
    heldOutSpeakers: ["ffmm", "fmjd", "mblw", "mdmc", "mjbh", "mmaf", "mrab", "msmn"],
    minimumSeconds: 0.3,
    maximumSeconds: 12,
  },
  batch: { seconds: 400, utterances: 64 },
  schedule: { kind: "linear", warmUpSteps: 300, steps: 8000, floor: 0.02 },
  losses: { ctcWeight: 0.3, intermediateCtc: { share: 0.3, blocks: [3] } },
  evaluation: { everyEpochs: 100, decode: ["ctc", "greedy"] },
};

/** Five hours of endless new sentences beside AN4's 848, by far most of what helped; AN4 is a third of what is heard. */
const AN4_SYNTHETIC: TrainingConfig = {
  ...AN4,
  data: { ...AN4.data, train: [{ dataset: "an4", repeat: 4 }, { dataset: "synthetic-speech" }] },
  evaluation: { ...AN4.evaluation, everyEpochs: 15 },
};

const LIBRISPEECH: TrainingConfig = {
  ...RECIPE,
  name: "samba-librispeech",
  model: { family: "samba", preset: "small" },
  data: {
    train: [{ dataset: "LibriSpeech/train-clean-100" }],
    dev: ["LibriSpeech/dev-clean"],
    heldOutSpeakers: [],
    minimumSeconds: 1,
    maximumSeconds: 25,
  },
  batch: { seconds: 320, utterances: 64 },
  optimizer: { ...RECIPE.optimizer, learningRate: 1e-3, averageDecay: 0.9995 },
  schedule: { kind: "linear", warmUpSteps: 2000, epochs: 60, floor: 0.02 },
  recombination: { ...RECIPE.recombination, share: 0.1, most: 2 },
  checkpoint: { everySeconds: 600 },
};

const TINY: TrainingConfig = {
  ...RECIPE,
  name: "samba-tiny",
  model: { family: "samba", preset: "nano" },
  data: {
    train: [{ dataset: "generated" }],
    dev: ["generated"],
    heldOutSpeakers: [],
    minimumSeconds: 0,
    maximumSeconds: 4,
  },
  batch: { seconds: 40, utterances: 8 },
  optimizer: { ...RECIPE.optimizer, learningRate: 1e-2, weightDecay: 0, averageDecay: 0 },
  schedule: { kind: "linear", warmUpSteps: 20, steps: 140, floor: 0.05 },
  regularization: NOTHING,
  // CTC comes last: it answers with blanks alone for dozens of steps.
  losses: { ctcWeight: 0.7 },
  recombination: { ...RECIPE.recombination, share: 0 },
  evaluation: { everyEpochs: 35, decode: ["ctc", "greedy"] },
  checkpoint: { everySteps: 100 },
};

const CONFIGS: Readonly<Record<string, TrainingConfig>> = {
  an4: AN4,
  "an4-synthetic": AN4_SYNTHETIC,
  librispeech: LIBRISPEECH,
  tiny: TINY,
};

/**
 * Names of the presets: `an4` and `librispeech` learn real speech, `an4-synthetic` hears synthesised speech besides, and
 * `tiny` over-fits eight generated utterances.
 */
export const TRAINING_PRESETS: readonly string[] = Object.keys(CONFIGS);

/** The preset of a name. Throws a ConfigError that names the nearest and lists all where there is none. */
export function trainingPreset(name: string): TrainingConfig {
  if (!Object.hasOwn(CONFIGS, name)) {
    const near = nearestPath(name, TRAINING_PRESETS);
    const all = TRAINING_PRESETS.join(", ");
    throw new ConfigError(`${name}: no such training preset; did you mean ${near}? There are ${all}`);
  }
  return parseTrainingConfig(structuredClone(CONFIGS[name]), name);
}
