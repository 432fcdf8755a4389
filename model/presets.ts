import {
  ConfigError,
  type CrossConnection,
  type EncoderAttention,
  type SambaConfig,
  type TransformerConfig,
} from "./config.ts";
import { CHARACTERS } from "./tokenizer.ts";

/** Sizes: `nano` for CPUs, `base` with an encoder of about 20M parameters (as Whisper base's). */
export type PresetName = "nano" | "small" | "base" | "large";

interface Size {
  width: number;
  heads: number;
  feedForward: number;
  state: number;
  /** A bidirectional Samba block holds more than a transformer block, so the encoders' depths differ to match in size. */
  blocks: { samba: number; transformer: number };
  decoderBlocks: number;
}

const SIZES: Record<PresetName, Size> = {
  nano: { width: 32, heads: 2, feedForward: 64, state: 8, blocks: { samba: 2, transformer: 2 }, decoderBlocks: 1 },
  small: { width: 256, heads: 4, feedForward: 1024, state: 16, blocks: { samba: 5, transformer: 6 }, decoderBlocks: 2 },
  base: { width: 512, heads: 8, feedForward: 2048, state: 16, blocks: { samba: 5, transformer: 6 }, decoderBlocks: 4 },
  large: {
    width: 1024,
    heads: 16,
    feedForward: 4096,
    state: 16,
    blocks: { samba: 16, transformer: 20 },
    decoderBlocks: 8,
  },
};

/** Names of the presets, smallest first. */
export const PRESETS: readonly PresetName[] = ["nano", "small", "base", "large"];

/** Frames of 40 ms on either side that the `window` baseline sees in each block: 5.12 s. */
export const WINDOW_FRAMES = 128;

/** Whether a name is a preset's; throws a ConfigError that lists them otherwise. */
export function presetName(name: string): PresetName {
  const found = PRESETS.find((preset) => preset === name);
  if (!found) throw new ConfigError(`no preset is called ${name}: choose from ${PRESETS.join(", ")}`);
  return found;
}

function shared(size: Size, crossConnection: CrossConnection) {
  return {
    width: size.width,
    decoder: { blocks: size.decoderBlocks, feedForward: size.feedForward, crossConnection },
    // Gu and Dao 2023: convolution 4, expand 2, rank d / 16.
    ssm: { state: size.state, convolution: 4, expand: 2, rank: Math.ceil(size.width / 16) },
    heads: size.heads,
    vocabulary: CHARACTERS,
  };
}

/** Samba-ASR of a size. A causal encoder normalises by fixed constants, so that it can run in chunks. */
export function sambaConfig(
  preset: PresetName,
  direction: "causal" | "bidirectional" = "bidirectional",
  crossConnection: CrossConnection = "mamba",
): SambaConfig {
  const size = SIZES[preset];
  return {
    name: direction === "causal" ? `samba-causal-${preset}` : `samba-${preset}`,
    family: "samba",
    ...shared(size, crossConnection),
    frontend: { bins: 80, normalization: direction === "causal" ? "fixed" : "utterance" },
    encoder: { blocks: size.blocks.samba, feedForward: size.feedForward, direction },
  };
}

/** The transformer baseline of a size. */
export function transformerConfig(
  preset: PresetName,
  form: EncoderAttention["kind"] = "flash",
  crossConnection: CrossConnection = "attention",
): TransformerConfig {
  const size = SIZES[preset];
  return {
    name: `transformer-${form}-${preset}`,
    family: "transformer",
    ...shared(size, crossConnection),
    frontend: { bins: 80, normalization: "utterance" },
    encoder: {
      blocks: size.blocks.transformer,
      feedForward: size.feedForward,
      attention: form === "window" ? { kind: form, left: WINDOW_FRAMES, right: WINDOW_FRAMES } : { kind: form },
    },
  };
}
