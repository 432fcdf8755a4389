/**
 * The engines `samba` and `transformer`: this suite's own models, in this process. Weights are a safetensors file that
 * `saveModel` wrote; what decodes is the CTC head or the decoder.
 */
import { basename } from "node:path";
import process from "node:process";
import { type BackendName, type Gpu, GpuError, openGpu } from "../../kernels/gpu/mod.ts";
import { configHash } from "../../model/config.ts";
import { melFrames } from "../../model/frontend.ts";
import type { Model } from "../../model/model.ts";
import { type DecodingOptions, decodingSettings } from "../../model/decoding/mod.ts";
import { recognize } from "../../model/recognizer.ts";
import { loadModel } from "../../model/weights.ts";
import { type Engine, EngineError, type Transcript } from "./engine.ts";
import { fileSha256 } from "./file_sha256.ts";
import { phrases } from "./phrases.ts";

/** What the engine is made of. */
export interface OwnOptions {
  /** A safetensors file; it decides whether this is the engine `samba` or `transformer`. */
  readonly weights: string;
  readonly gpu: BackendName;
  readonly decoding: DecodingOptions;
  /** What decides the text beside the model and the kind of decoding, such as a language model's hash. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Most recordings at once; null: 8, or 1 on an adapter that computes in software, where a batch gains nothing. */
  readonly batch: number | null;
  readonly times: boolean;
}

/** An engine on a device: beside what every engine has, the device that computes, for a report's environment. */
export type OwnEngine = Engine & { readonly device: Gpu };

/** One second of quiet noise: what a model transcribes before it is asked anything, so that its pipelines are made. */
const WARM_UP = Float32Array.from({ length: 16000 }, (_, i) => 1e-3 * Math.sin(i * i));

/**
 * Opens a device and loads a model of this suite. Throws ConfigError where the weights are not what this suite writes, and
 * GpuError where there is no device.
 */
export async function openOwn(options: OwnOptions): Promise<OwnEngine> {
  const started = performance.now();
  const gpu = await openGpu(options.gpu);
  try {
    const model = await loadModel(gpu, options.weights);
    const identity = {
      engine: model.family,
      weights: { name: basename(options.weights), sha256: await fileSha256(options.weights) },
      settings: {
        model: model.config.name,
        config: await configHash(model.config),
        ...decodingSettings(options.decoding),
        ...options.settings,
      },
    };
    await transcribeBatch(gpu, model, [WARM_UP], options);
    return {
      identity,
      device: gpu,
      loadSeconds: (performance.now() - started) / 1000,
      maxBatch: options.batch ?? (gpu.adapter.isSoftware ? 1 : 8),
      givesTimes: options.times,
      async transcribe(recordings) {
        const begun = performance.now();
        const transcripts = await transcribeAll(gpu, model, recordings, options);
        return { transcripts, seconds: (performance.now() - begun) / 1000 };
      },
      memory: () => ({
        ledgerPeakBytes: gpu.ledger.peakBytes,
        outsidePeakBytes: process.resourceUsage().maxRSS * 1024,
      }),
      [Symbol.asyncDispose]() {
        gpu[Symbol.dispose]();
        return Promise.resolve();
      },
    };
  } catch (error) {
    gpu[Symbol.dispose]();
    throw error;
  }
}

/** A recording too short for one frame of 10 ms has no text; the others are transcribed together. */
async function transcribeAll(
  gpu: Gpu,
  model: Model,
  recordings: readonly Float32Array[],
  options: OwnOptions,
): Promise<Transcript[]> {
  const long = recordings.filter(({ length }) => melFrames(length) > 0);
  const heard = long.length === 0 ? [] : await transcribeBatch(gpu, model, long, options).catch((error: unknown) => {
    if (!(error instanceof GpuError)) throw error;
    throw new EngineError(error.message, error.failure !== "out-of-memory" && error.failure !== "over-limit");
  });
  let next = 0;
  return recordings.map(({ length }) =>
    melFrames(length) > 0 ? heard[next++] : { text: "", segments: options.times ? [] : null }
  );
}

async function transcribeBatch(
  gpu: Gpu,
  model: Model,
  recordings: readonly Float32Array[],
  { decoding, times }: OwnOptions,
): Promise<Transcript[]> {
  const decoded = await recognize(gpu, model, recordings, decoding, { timings: times });
  return decoded.map(({ text, words }) => ({
    text,
    segments: words ? phrases(words.map(({ word, start, end }) => ({ start, end, text: word }))) : null,
  }));
}
