import type { Gpu, Tensor } from "../../kernels/gpu/mod.ts";
import type { ModelConfig } from "../../model/config.ts";
import { ctcFrames } from "../../model/decoding/ctc_frames.ts";
import { greedyTokens, hearMemory, startDecoder } from "../../model/decoding/greedy_tokens.ts";
import { type Lengths, lengths as makeLengths } from "../../kernels/lengths.ts";
import { createModel, type Model } from "../../model/model.ts";
import { type PresetName, presetName, sambaConfig, transformerConfig } from "../../model/presets.ts";
import { encoderFrames, encodeSamples, microBatch, subBatch, uploadSamples } from "../../model/recognizer.ts";
import { encodeInChunks } from "../../model/streaming.ts";
import { loadModel } from "../../model/weights.ts";
import type { OwnEngineName, PointRequest } from "./protocol.ts";
import { fittedConfig } from "./weights_fit.ts";

/** The model that an engine runs. */
export function engineConfig(engine: OwnEngineName, preset: PresetName): ModelConfig {
  switch (engine) {
    case "samba":
      return sambaConfig(preset, "bidirectional");
    case "samba-causal":
    case "samba-streaming":
      return sambaConfig(preset, "causal");
    case "transformer-naive":
      return transformerConfig(preset, "naive");
    case "transformer-flash":
      return transformerConfig(preset, "flash");
    case "transformer-window":
      return transformerConfig(preset, "window");
  }
}

/** The model on a device: trained where the request names weights, else random. Throws ConfigError where they do not fit. */
export async function engineModel(
  gpu: Gpu,
  { engine, preset, weights, seed }: Pick<PointRequest, "preset" | "weights" | "seed"> & { engine: OwnEngineName },
): Promise<Model> {
  if (weights === null) return createModel(gpu, engineConfig(engine, presetName(preset)), seed);
  const model = await loadModel(gpu, weights.path);
  return { ...model, config: fittedConfig(engine, model.config, weights.path) } as Model;
}

/** How many sequences an engine encodes at once. */
export function engineMicroBatch(
  gpu: Gpu,
  engine: OwnEngineName,
  model: Model,
  recordings: readonly Float32Array[],
): number {
  if (engine === "samba-streaming") return recordings.length;
  return microBatch(gpu, model.config, encoderFrames(recordings[0].length), recordings.length);
}

/** What is left of a pass: tokens by sequence, and the memory [B, T, d] of the last part of the batch, but in a stream. */
export interface Recognized {
  readonly tokens: readonly Uint32Array[];
  readonly memory?: Tensor;
  readonly lengths?: Lengths;
}

/**
 * From samples in memory to tokens out: upload, log-mel, encoder, CTC head, tokens read back. The memory that it leaves is
 * owned by the caller's scope.
 */
export async function recognize(
  gpu: Gpu,
  engine: OwnEngineName,
  model: Model,
  recordings: readonly Float32Array[],
): Promise<Recognized> {
  using pass = gpu.scope();
  if (engine === "samba-streaming") return { tokens: await recognizeInChunks(gpu, model, recordings) };
  const { samples, lengths } = uploadSamples(gpu, recordings);
  const atOnce = engineMicroBatch(gpu, engine, model, recordings);
  const tokens: Uint32Array[] = [];
  for (let start = 0;; start += atOnce) {
    using scope = gpu.scope();
    const part = subBatch(gpu, samples, lengths, start, Math.min(atOnce, recordings.length - start));
    const encoded = encodeSamples(gpu, model, part.samples, part.lengths);
    const frames = gpu.stage("ctc", () => ctcFrames(gpu, model, encoded.memory));
    tokens.push(...split(await gpu.read(frames), encoded.lengths.host));
    if (start + atOnce < recordings.length) continue;
    for (const kept of [encoded.memory, encoded.lengths.device]) {
      scope.keep(kept);
      pass.keep(kept);
    }
    return { tokens, ...encoded };
  }
}

async function recognizeInChunks(gpu: Gpu, model: Model, recordings: readonly Float32Array[]): Promise<Uint32Array[]> {
  const counts = recordings.map(({ length }) => encoderFrames(length));
  const longest = Math.max(...counts);
  const tokens = gpu.tensor([recordings.length, longest], "u32");
  encodeInChunks(gpu, model, recordings, ({ memory, start }) => {
    const frames = gpu.stage("ctc", () => ctcFrames(gpu, model, memory));
    const [batch, rows] = frames.shape;
    for (let b = 0; b < batch; b++) gpu.copy(frames, b * rows, tokens, b * longest + start, rows);
  });
  return split(await gpu.read(tokens), counts);
}

/** Encodes `times` over without waiting for the device: work to warm it up. */
export function encodeRepeatedly(
  gpu: Gpu,
  engine: OwnEngineName,
  model: Model,
  recordings: readonly Float32Array[],
  times: number,
): void {
  using _all = gpu.scope();
  if (engine === "samba-streaming") {
    for (let i = 0; i < times; i++) encodeInChunks(gpu, model, recordings, () => {});
    return;
  }
  const { samples, lengths } = uploadSamples(gpu, recordings);
  const part = subBatch(gpu, samples, lengths, 0, engineMicroBatch(gpu, engine, model, recordings));
  for (let i = 0; i < times; i++) {
    using _pass = gpu.scope();
    encodeSamples(gpu, model, part.samples, part.lengths);
    gpu.flush();
  }
}

function split(tokens: Uint32Array, counts: readonly number[]): Uint32Array[] {
  const longest = tokens.length / counts.length;
  return counts.map((count, b) => tokens.slice(b * longest, b * longest + count));
}

/**
 * The decoder's two costs, for the memory that `recognize` left: hearing it (stage `decoder_prefill`), and `count` forced
 * steps (stage `decoder`), each a token that its likeliest predecessor leads to. A stream is encoded again, as its memory
 * is heard chunk by chunk; that is outside those stages.
 */
export async function decode(
  gpu: Gpu,
  model: Model,
  recordings: readonly Float32Array[],
  { memory, lengths }: Recognized,
  count: number,
): Promise<void> {
  using _all = gpu.scope();
  if (memory && lengths) {
    const state = startDecoder(gpu, model, lengths, count);
    gpu.stage("decoder_prefill", () => hearMemory(gpu, model, memory, lengths, state));
    return await step(gpu, model, state, count, lengths.host.length);
  }
  const rows = makeLengths(gpu, recordings.map(({ length }) => encoderFrames(length)), Infinity);
  const state = startDecoder(gpu, model, rows, count);
  encodeInChunks(gpu, model, recordings, (chunk) => {
    gpu.stage("decoder_prefill", () => hearMemory(gpu, model, chunk.memory, chunk.lengths, state));
  });
  await step(gpu, model, state, count, recordings.length);
}

async function step(
  gpu: Gpu,
  model: Model,
  state: ReturnType<typeof startDecoder>,
  count: number,
  batch: number,
): Promise<void> {
  await gpu.read(gpu.stage("decoder", () => greedyTokens(gpu, model, state, count, batch)));
}
