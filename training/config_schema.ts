import { z } from "zod";
import { SAMPLE_RATE } from "../model/frontend.ts";
import { PRESETS } from "../model/presets.ts";
import { paddedSamples } from "./padding.ts";

const count = z.int().min(1);
const whole = z.int().min(0);
const share = z.number().min(0).max(1);
const positive = z.number().positive();

/** A range to draw from, uniformly. */
const range = (value: z.ZodNumber) =>
  z.strictObject({ lowest: value, highest: value }).refine(({ lowest, highest }) => lowest <= highest, {
    error: "lowest is above highest",
  });

const model = z.strictObject({
  family: z.enum(["samba", "transformer"]),
  preset: z.enum(PRESETS).optional().describe("a size; what is given besides takes the place of its values"),
  width: count.multipleOf(4).optional().describe("d: length of a frame's or a token's vector"),
  heads: count.optional().describe("attention heads; they divide the width"),
  encoder: z.strictObject({
    blocks: count.optional(),
    feedForward: whole.optional().describe("hidden width; 0 leaves it out (samba only)"),
    direction: z.enum(["causal", "bidirectional"]).optional().describe("samba only; bidirectional if not given"),
    attention: z.enum(["naive", "flash", "window"]).optional().describe("transformer only; flash if not given"),
    window: count.optional()
      .describe("of attention by window only: frames of 40 ms on either side that a block sees; 128 if not given"),
  }).optional(),
  decoder: z.strictObject({
    blocks: count.optional(),
    feedForward: count.optional(),
    crossConnection: z.enum(["mamba", "concat", "attention"]).optional()
      .describe("mamba for samba, attention for transformer, if not given"),
    crossState: count.multipleOf(4).optional()
      .describe("state size of mamba cross-connections, which hold the whole utterance; ssm.state if not given"),
  }).optional(),
  ssm: z.strictObject({
    state: count.multipleOf(4).optional(),
    convolution: z.int().min(2).max(4).optional(),
    expand: count.optional(),
    rank: count.optional(),
  }).optional().describe("Mamba blocks; state 16, convolution 4, expand 2, rank width / 16 if not given"),
  normalization: z.enum(["utterance", "fixed"]).optional()
    .describe("of log-mel frames; utterance if not given, fixed for a causal encoder"),
});

const data = z.strictObject({
  train: z.array(z.strictObject({
    dataset: z.string().min(1)
      .describe("an4, generated, or a folder in LibriSpeech's layout, from the data root or absolute"),
    repeat: positive.optional().describe(
      "times that each utterance comes in an epoch; 1.5: once, and half of them again",
    ),
  })).min(1),
  dev: z.array(z.string().min(1)).describe("sets to evaluate on, beside the held-out speakers"),
  heldOutSpeakers: z.array(z.string()).describe("speakers of the training sets that are evaluated on, not trained on"),
  minimumSeconds: z.number().min(0).describe("shorter utterances are not trained on"),
  maximumSeconds: positive.describe("longer utterances are not trained on, nor joined to be longer"),
});

const regularization = z.strictObject({
  dropout: z.number().min(0).lt(1),
  labelSmoothing: z.number().min(0).lt(1).describe("of the decoder's targets"),
  tokenNoise: z.strictObject({
    share: share.describe("of the utterances: those whose decoder input is disturbed"),
    tokens: share.describe("of a disturbed utterance's tokens: those that become random characters"),
  }),
  specAugment: z.strictObject({
    binMasks: whole,
    bins: whole.describe("most log-mel bins that one mask hides"),
    timeMasks: whole,
    frames: whole.describe("most frames of 10 ms that one mask hides"),
    share: share.describe("most of an utterance's frames that one mask hides"),
  }),
  speeds: z.union([z.array(positive.min(0.5).max(2)).min(1), range(positive.min(0.5).max(2))], {
    error: "give a list of speeds such as [0.9, 1, 1.1], or lowest and highest, from 0.5 to 2",
  }).describe("to draw from: a list, or a range"),
  gainDb: range(z.number().min(-60).max(60)),
  noise: z.strictObject({
    share: share.describe("of the utterances: those that get white noise"),
    snrDb: range(z.number().min(-20).max(100)).describe("signal to noise, by the mean power of the utterance"),
  }),
});

const config = z.strictObject({
  name: z.string().min(1).describe("what reports and weight files call the model"),
  model,
  data,
  batch: z.strictObject({
    seconds: positive.describe("most seconds of audio in a step, padding included"),
    utterances: count.describe("most utterances in a step"),
  }),
  optimizer: z.strictObject({
    learningRate: positive.describe("at its peak"),
    betas: z.tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)]),
    epsilon: positive,
    weightDecay: z.number().min(0).describe("of matrices only; decoupled"),
    clip: positive.describe("largest norm of the whole gradient"),
    averageDecay: z.number().min(0).lt(1).describe("of the moving average of the weights; 0: none"),
  }),
  schedule: z.strictObject({
    kind: z.enum(["linear", "cosine"]),
    warmUpSteps: whole,
    epochs: count.optional(),
    steps: count.optional(),
    floor: share.describe("of the peak learning rate: where it ends"),
  }).refine(({ epochs, steps }) => epochs !== undefined || steps !== undefined, {
    error: "give epochs or steps; of both, what ends first ends the run",
  }),
  regularization,
  recombination: z.strictObject({
    share: share.describe("of the utterances: those that others are joined to"),
    most: z.int().min(2).max(3).describe("most utterances joined"),
    pauseSeconds: range(z.number().min(0).max(5)).describe("between two of them"),
    sameSpeaker: z.boolean().describe("whether only utterances of one speaker are joined"),
  }),
  losses: z.strictObject({
    ctcWeight: share.describe("the decoder's cross-entropy has the rest"),
    intermediateCtc: z.strictObject({
      share: z.number().min(0).lt(1).describe("of CTC's weight"),
      blocks: z.array(count).min(1).describe("encoder blocks before it, each with an equal part of the share"),
    }).optional().describe("CTC also of what lies between blocks, by the same head; none if not given"),
  }),
  recompute: z.boolean().describe("recompute each block in the backward pass, in place of keeping it: less memory"),
  evaluation: z.strictObject({
    everyEpochs: count,
    decode: z.array(z.enum(["ctc", "greedy"])).min(1)
      .describe("greedy: by the decoder; the best weights are those with the least mean of the word error rates"),
  }),
  checkpoint: z.strictObject({ everySteps: count.optional(), everySeconds: positive.optional() })
    .refine(({ everySteps, everySeconds }) => everySteps !== undefined || everySeconds !== undefined, {
      error: "give everySteps or everySeconds; of both, what comes first counts",
    }),
  limits: z.strictObject({
    skippedSteps: whole.describe(
      "steps that may be skipped for a loss or gradient that is not finite; more end the run",
    ),
  }),
  seed: whole.max(2 ** 32 - 1),
}).superRefine(({ data, batch, regularization }, context) => {
  if (data.minimumSeconds >= data.maximumSeconds) {
    context.addIssue({ code: "custom", path: ["data", "minimumSeconds"], message: "is not below data.maximumSeconds" });
  }
  const { speeds } = regularization;
  const slowest = Array.isArray(speeds) ? Math.min(...speeds) : speeds.lowest;
  const needed = paddedSamples(Math.ceil(data.maximumSeconds * SAMPLE_RATE / slowest)) / SAMPLE_RATE;
  if (batch.seconds < needed) {
    const message = `${batch.seconds} s do not hold data.maximumSeconds at speed ${slowest}: ${needed} s with padding`;
    context.addIssue({ code: "custom", path: ["batch", "seconds"], message });
  }
});

/** Everything that a training run follows from, but for the data and the device. */
export type TrainingConfig = z.infer<typeof config>;

/** Checks a training config. */
export const trainingConfig: z.ZodType<TrainingConfig> = config;

/** JSON Schema of a training config, as `training/schema.json` holds it. */
export function trainingSchema(): Record<string, unknown> {
  return { title: "samba-asr-bench training config", ...z.toJSONSchema(config) };
}
