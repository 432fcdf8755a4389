import { ConfigError, type ModelConfig, parseConfig } from "../model/config.ts";
import { type PresetName, sambaConfig, transformerConfig, WINDOW_FRAMES } from "../model/presets.ts";
import { CHARACTERS } from "../model/tokenizer.ts";
import type { TrainingConfig } from "./config_schema.ts";

/**
 * The config of the model that a training config asks for: the preset's, if one is named, with what is given besides in
 * its place. Throws a ConfigError, one line that begins with `origin`, where a size is missing or does not fit.
 */
export function modelConfigOf({ name, model }: Pick<TrainingConfig, "name" | "model">, origin: string): ModelConfig {
  const { family, preset, encoder = {}, decoder = {}, ssm = {} } = model;
  const wrong = family === "samba" ? "attention" : "direction";
  if (encoder[wrong] !== undefined) {
    throw new ConfigError(`${origin}: model.encoder.${wrong}: a ${family} encoder has none; take it out`);
  }
  const base = preset && presetConfig(family, preset);
  const need = <T>(value: T | undefined, key: string): T => {
    if (value === undefined) throw new ConfigError(`${origin}: model.${key} is missing; give it, or a model.preset`);
    return value;
  };
  const width = need(model.width ?? base?.width, "width");
  const direction = encoder.direction ?? "bidirectional";
  const shared = {
    name,
    width,
    heads: need(model.heads ?? base?.heads, "heads"),
    frontend: {
      bins: 80,
      normalization: model.normalization ?? (family === "samba" && direction === "causal" ? "fixed" : "utterance"),
    },
    decoder: {
      blocks: need(decoder.blocks ?? base?.decoder.blocks, "decoder.blocks"),
      feedForward: need(decoder.feedForward ?? base?.decoder.feedForward, "decoder.feedForward"),
      crossConnection: decoder.crossConnection ?? (family === "samba" ? "mamba" : "attention"),
      ...(decoder.crossState === undefined ? {} : { crossState: decoder.crossState }),
    },
    // Gu and Dao 2023: state 16, convolution 4, expand 2, rank d / 16.
    ssm: {
      state: ssm.state ?? base?.ssm.state ?? 16,
      convolution: ssm.convolution ?? 4,
      expand: ssm.expand ?? 2,
      rank: ssm.rank ?? Math.ceil(width / 16),
    },
    vocabulary: CHARACTERS,
  };
  const sizes = {
    blocks: need(encoder.blocks ?? base?.encoder.blocks, "encoder.blocks"),
    feedForward: need(encoder.feedForward ?? base?.encoder.feedForward, "encoder.feedForward"),
  };
  const kind = encoder.attention ?? "flash";
  if (encoder.window !== undefined && (family === "samba" || kind !== "window")) {
    throw new ConfigError(`${origin}: model.encoder.window: only attention by window has one; take it out`);
  }
  const frames = encoder.window ?? WINDOW_FRAMES;
  const window = { kind, left: frames, right: frames };
  const mixer = family === "samba" ? { direction } : { attention: kind === "window" ? window : { kind } };
  return parseConfig({ family, ...shared, encoder: { ...sizes, ...mixer } }, `${origin}: model`);
}

function presetConfig(family: "samba" | "transformer", preset: PresetName): ModelConfig {
  return family === "samba" ? sambaConfig(preset) : transformerConfig(preset);
}
