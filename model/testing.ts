import type { ModelConfig } from "./config.ts";
import { sambaConfig, transformerConfig } from "./presets.ts";
import type { CrossConnection } from "./config.ts";

/** A model as small as the structure allows, for tests: every kind of layer once. */
function tiny<C extends ModelConfig>(config: C): C {
  return {
    ...config,
    width: 16,
    heads: 2,
    ssm: { state: 4, convolution: 4, expand: 2, rank: 4 },
    encoder: { ...config.encoder, blocks: 2, feedForward: 32 },
    decoder: { ...config.decoder, blocks: 2, feedForward: 32 },
  };
}

/** Tiny Samba-ASR. */
export function tinySamba(
  direction: "causal" | "bidirectional" = "bidirectional",
  cross: CrossConnection = "mamba",
): ReturnType<typeof sambaConfig> {
  return tiny(sambaConfig("nano", direction, cross));
}

/** Tiny Samba-ASR whose mamba cross-connections hold three times the states of its other layers. */
export function tinySambaOfMoreStates(): ReturnType<typeof sambaConfig> {
  const config = tinySamba();
  return { ...config, decoder: { ...config.decoder, crossState: 12 } };
}

/** Tiny transformer; a window of 3 frames either side. */
export function tinyTransformer(
  form: "naive" | "flash" | "window" = "flash",
  cross: CrossConnection = "attention",
): ReturnType<typeof transformerConfig> {
  const config = tiny(transformerConfig("nano", form, cross));
  if (form !== "window") return config;
  return { ...config, encoder: { ...config.encoder, attention: { kind: "window", left: 3, right: 3 } } };
}

/** Sound for tests: a chirp with noise, `samples` long. */
export function testSound(samples: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: samples }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const noise = state / 2 ** 31 - 1;
    return 0.2 * Math.sin(i * (0.05 + 0.1 * ((i / 4000) % 1)) * seed) + 0.05 * noise;
  });
}
