import { type Gpu, slice, type Tensor } from "../kernels/gpu/mod.ts";
import { type Lengths, lengths as makeLengths } from "../kernels/lengths.ts";
import { ConfigError, type ModelConfig } from "./config.ts";
import { decode, type Decoded, type DecodingOptions } from "./decoding/mod.ts";
import { melFeatures, melFrames } from "./frontend.ts";
import { subsampledLength } from "./layers/subsampling.ts";
import { encode, type Model } from "./model.ts";

/** Encoder frames in so many samples: one every 40 ms. */
export function encoderFrames(samples: number): number {
  return subsampledLength(melFrames(samples));
}

/**
 * Throws a ConfigError that names the recording when one holds a sample that is not finite (and which), or is shorter
 * than a frame.
 */
export function checkRecordings(recordings: readonly Float32Array[]): void {
  recordings.forEach((samples, i) => {
    const bad = samples.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) throw new ConfigError(`recording ${i} holds ${samples[bad]} at sample ${bad}: audio must be finite`);
    if (melFrames(samples.length) === 0) {
      throw new ConfigError(`recording ${i} has ${samples.length} samples at 16 kHz: too short for one frame`);
    }
  });
}

/**
 * Recordings on the device: samples [B, S] with S a multiple of 64, so that any row may be a view. What lies behind a
 * shorter recording is undefined.
 */
export function uploadSamples(gpu: Gpu, recordings: readonly Float32Array[]): { samples: Tensor; lengths: Lengths } {
  using scope = gpu.scope();
  const longest = Math.max(...recordings.map(({ length }) => length));
  const width = Math.ceil(longest / 64) * 64;
  const samples = gpu.tensor([recordings.length, width]);
  recordings.forEach((recording, i) => {
    gpu.write({ ...slice(samples, i, 1), shape: [recording.length] }, recording);
  });
  const lengths = makeLengths(gpu, recordings.map(({ length }) => length), width);
  scope.keep(samples, lengths.device);
  return { samples, lengths };
}

/**
 * How many sequences of so many encoder frames can be encoded at once: as many as leave the widest intermediate tensor
 * within what the device binds. At least 1: a single sequence that is too long gets the tensor's own error.
 */
export function microBatch(gpu: Gpu, config: ModelConfig, frames: number, batch: number): number {
  const { width, ssm, encoder, decoder } = config;
  const widest = Math.max(
    config.family === "samba" ? 2 * ssm.expand * width : 3 * width,
    encoder.feedForward,
    decoder.feedForward,
    2 * width, // the first convolution's output, at twice the frame rate
  );
  const most = Math.max(1, Math.floor(gpu.limits.maxStorageBufferBindingSize / (4 * frames * widest)));
  return Math.ceil(batch / Math.ceil(batch / most)); // parts of even size
}

/** Normalised log-mel of samples [B, S], then the encoder; each a stage for the clock. */
export function encodeSamples(
  gpu: Gpu,
  model: Model,
  samples: Tensor,
  sampleLengths: Lengths,
): { memory: Tensor; lengths: Lengths } {
  using scope = gpu.scope();
  const features = gpu.stage("log_mel", () => melFeatures(gpu, model.config, model.frontend, samples, sampleLengths));
  const encoded = gpu.stage("encoder", () => encode(gpu, model, features.mel, features.lengths));
  scope.keep(encoded.memory, encoded.lengths.device);
  return encoded;
}

/** Rows [start, start + count) of a batch: a view of the samples and their lengths. */
export function subBatch(gpu: Gpu, samples: Tensor, lengths: Lengths, start: number, count: number): {
  samples: Tensor;
  lengths: Lengths;
} {
  if (start === 0 && count === lengths.host.length) return { samples, lengths };
  return {
    samples: slice(samples, start, count),
    lengths: makeLengths(gpu, lengths.host.slice(start, start + count), samples.shape[1]),
  };
}

/**
 * Samples at 16 kHz to what was said, one result a recording. Recordings of a batch are padded to the longest; the padding
 * changes no result. With `timings`, the words' times too. Throws a ConfigError for samples that are not finite or too
 * short, and a GpuError where the audio does not fit.
 */
export async function recognize(
  gpu: Gpu,
  model: Model,
  recordings: readonly Float32Array[],
  decoding: DecodingOptions,
  { timings = false }: { readonly timings?: boolean } = {},
): Promise<Decoded[]> {
  if (recordings.length === 0) return [];
  checkRecordings(recordings);
  using _all = gpu.scope();
  const { samples, lengths } = uploadSamples(gpu, recordings);
  const frames = encoderFrames(samples.shape[1]);
  const atOnce = microBatch(gpu, model.config, frames, recordings.length);
  const decoded: Decoded[] = [];
  for (let start = 0; start < recordings.length; start += atOnce) {
    using _part = gpu.scope();
    const part = subBatch(gpu, samples, lengths, start, Math.min(atOnce, recordings.length - start));
    const encoded = encodeSamples(gpu, model, part.samples, part.lengths);
    decoded.push(...await decode(gpu, model, encoded, decoding, { timings }));
  }
  return decoded;
}

/** The texts that `recognize` finds, by default those of the CTC head's likeliest tokens. */
export async function transcribe(
  gpu: Gpu,
  model: Model,
  recordings: readonly Float32Array[],
  decoding: DecodingOptions = { kind: "ctc" },
): Promise<string[]> {
  return (await recognize(gpu, model, recordings, decoding)).map(({ text }) => text);
}
