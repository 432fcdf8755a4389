import { SAMPLE_RATE } from "../model/frontend.ts";
import { encodeText } from "../model/tokenizer.ts";
import { assemble, type HostBatch } from "./batch.ts";
import { cutBatches } from "./bucket.ts";
import { type TrainingConfig, withOverrides } from "./config.ts";
import { modelConfigOf } from "./model_config.ts";
import { trainingPreset } from "./presets.ts";
import { stream } from "./random.ts";

/** For `assert.throws` and `assert.rejects`: the error is a ConfigError of one line, exit code 3, that fits the pattern. */
export function configError(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof Error) || error.name !== "ConfigError") return false;
    const { message, exitCode } = error as Error & { exitCode?: number };
    if (!message.includes("\n") && exitCode === 3 && pattern.test(message)) return true;
    throw new Error(`unexpected message: ${message}`);
  };
}

/** Settings that make the tiny preset's model as small as its structure allows. */
export const SMALL_MODEL: readonly string[] = [
  "model.width=16",
  "model.encoder.blocks=2",
  "model.encoder.feedForward=16",
  "model.decoder.feedForward=16",
  "model.ssm.state=4",
];

/** A training config with a model as small as its structure allows, that over-fits generated speech, and changes to it. */
export function smallConfig(...settings: readonly string[]): TrainingConfig {
  return withOverrides(trainingPreset("tiny"), [...SMALL_MODEL, ...settings]);
}

/** A batch of noise for each text, of 0.3 s and a bit more from one to the next, disturbed as a plan might ask. */
export function smallBatch(config: TrainingConfig, texts: readonly string[] = ["go on", "yes"], seed = 1): HostBatch {
  const { vocabulary } = modelConfigOf(config, "test");
  const draw = stream(seed, "samples");
  const utterances = texts.map((text, i) => ({
    samples: Int16Array.from({ length: (0.3 + 0.05 * i) * SAMPLE_RATE }, () => draw.between(-8000, 8000)),
    tokens: encodeText(vocabulary, text),
  }));
  const items = utterances.map(({ samples: { length } }, i) => ({
    sources: [i],
    pauses: [],
    speed: 1.25,
    gainDb: -3,
    snrDb: 20,
    seed: seed + i,
    samples: length,
    outputSamples: Math.floor(length / 1.25),
  }));
  const [batch] = cutBatches(items, { seconds: Infinity, utterances: Infinity });
  return assemble(batch, utterances, vocabulary, config.regularization.tokenNoise);
}
