/**
 * Samba-ASR and its transformer baselines in WebGPU: open a device, make, train or load a model, turn samples into text,
 * and measure how it scales.
 *
 * ```ts
 * import { createModel, openGpu, sambaConfig, transcribe } from "@samba-asr/bench";
 *
 * using gpu = await openGpu();
 * const model = createModel(gpu, sambaConfig("nano"), 1); // seeded and untrained: the text means nothing yet
 * const second = Float32Array.from({ length: 16000 }, (_, i) => 0.1 * Math.sin(i / 10));
 * const [text] = await transcribe(gpu, model, [second]);
 * if (typeof text !== "string") throw new Error("one recording, one text");
 * ```
 *
 * Weights go to safetensors files, with the config and its hash inside, and come back:
 *
 * ```ts
 * import { createModel, loadModel, openGpu, parameterCount, sambaConfig, saveModel } from "@samba-asr/bench";
 *
 * using gpu = await openGpu();
 * const path = `${await Deno.makeTempDir()}/nano.safetensors`;
 * await saveModel(gpu, createModel(gpu, sambaConfig("nano", "causal"), 1), path);
 * const model = await loadModel(gpu, path);
 * if (parameterCount(model.config).total < 10_000) throw new Error("a model has weights");
 * ```
 *
 * Long audio of an exact length, and a causal model that hears it in chunks, in memory that does not grow:
 *
 * ```ts
 * import { createModel, encodeInChunks, openGpu, sambaConfig, syntheticAudio } from "@samba-asr/bench";
 *
 * const { samples } = await syntheticAudio({ seconds: 4, seed: 1 });
 * using gpu = await openGpu();
 * const model = createModel(gpu, sambaConfig("nano", "causal"), 1);
 * let frames = 0;
 * encodeInChunks(gpu, model, [samples], ({ lengths }) => frames += lengths.host[0], 25);
 * if (frames !== 100) throw new Error("4 s are 100 frames of 40 ms");
 * ```
 *
 * Training, as `deno task train` does it; it answers with the command's exit code. What it trains is a preset or a JSON file
 * under `training/schema.json`, with changes to it:
 *
 * ```ts
 * import { loadModel, openGpu, train } from "@samba-asr/bench";
 *
 * const out = await Deno.makeTempDir();
 * const code = await train(["tiny", "--set", "schedule.steps=2", "--out", out]);
 * if (code !== 0) throw new Error("it writes checkpoints, a log, curves and the best model into the folder");
 * using gpu = await openGpu();
 * const model = await loadModel(gpu, `${out}/model.safetensors`);
 * if (model.config.name !== "samba-tiny") throw new Error("its config is in the file");
 * ```
 *
 * The scaling benchmark, as `deno task bench:scaling` runs it; it answers with the command's exit code:
 *
 * ```ts
 * import { benchmarkScaling } from "@samba-asr/bench";
 *
 * const out = await Deno.makeTempDir();
 * const code = await benchmarkScaling(["--minutes", "0.05", "--engines", "samba", "--preset", "nano", "--out", out]);
 * if (code !== 0) throw new Error("it writes report.json, report.md and plots into the folder");
 * ```
 *
 * @module
 */
export { run as benchmarkScaling } from "./benchmarks/scaling/command.ts";
export { run as train } from "./benchmarks/train/command.ts";
export { readAudio } from "./datasets/audio/read.ts";
export { InputError } from "./datasets/errors.ts";
export { type SyntheticAudio, syntheticAudio, type SyntheticRequest } from "./datasets/synthetic/mod.ts";
export { type BackendName, Gpu, GpuError, openGpu } from "./kernels/gpu/mod.ts";
export {
  ConfigError,
  type CrossConnection,
  type EncoderAttention,
  type ModelConfig,
  type SambaConfig,
  type TransformerConfig,
} from "./model/config.ts";
export { createModel, type Model, parameterCount, releaseModel } from "./model/model.ts";
export { type PresetName, PRESETS, sambaConfig, transformerConfig } from "./model/presets.ts";
export type { Decoded, DecodingOptions } from "./model/decoding/mod.ts";
export { loadArpa } from "./model/language_model/arpa.ts";
export type { NgramModel } from "./model/language_model/ngram.ts";
export { recognize, transcribe } from "./model/recognizer.ts";
export { encodeInChunks, type MemoryChunk } from "./model/streaming.ts";
export { loadModel, saveModel } from "./model/weights.ts";
