import { ConfigError, type ModelConfig } from "../../model/config.ts";
import { transformerConfig } from "../../model/presets.ts";
import type { OwnEngineName } from "./protocol.ts";

/**
 * The config under which an engine runs a trained model: its own, but that the form of a transformer's attention is the
 * engine's, whatever it was trained with (all forms have the same weights). Throws a ConfigError that names the file where
 * the engine cannot run the model.
 */
export function fittedConfig(engine: OwnEngineName, config: ModelConfig, path: string): ModelConfig {
  const refuse = (what: string, remedy: string): never => {
    throw new ConfigError(`${path}: holds a ${what} (${config.name}), which ${engine} cannot run; ${remedy}`);
  };
  switch (engine) {
    case "samba":
    case "samba-causal":
    case "samba-streaming": {
      if (config.family !== "samba") {
        return refuse(`${config.family} model`, "give it to transformer-flash, or the like");
      }
      const { direction } = config.encoder;
      const wanted = engine === "samba" ? "bidirectional" : "causal";
      if (direction !== wanted) {
        return refuse(`${direction} samba model`, `give it to ${direction === "causal" ? "samba-causal" : "samba"}`);
      }
      if (engine === "samba-streaming" && config.frontend.normalization !== "fixed") {
        return refuse("model that normalises by the whole utterance", "give it to samba-causal");
      }
      return config;
    }
    case "transformer-naive":
    case "transformer-flash":
    case "transformer-window": {
      if (config.family !== "transformer") return refuse(`${config.family} model`, "give it to samba or samba-causal");
      const form = engine === "transformer-naive" ? "naive" : engine === "transformer-flash" ? "flash" : "window";
      const { attention } = config.encoder;
      if (attention.kind === form) return config; // a window of another width stays as it was trained
      return {
        ...config,
        encoder: { ...config.encoder, attention: transformerConfig("nano", form).encoder.attention },
      };
    }
  }
}
