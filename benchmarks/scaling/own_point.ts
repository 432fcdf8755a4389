/** One point of an engine of this suite, on a device. */
import process from "node:process";
import { type Gpu, openGpu } from "../../kernels/gpu/mod.ts";
import { configHash } from "../../model/config.ts";
import { ctcTexts } from "../../model/decoding/ctc_frames.ts";
import { SAMPLE_RATE } from "../../model/frontend.ts";
import { type Model, parameterCount } from "../../model/model.ts";
import { checkRecordings, encoderFrames } from "../../model/recognizer.ts";
import { wgslHashes } from "../harness/device.ts";
import { decode, encodeRepeatedly, engineMicroBatch, engineModel, recognize } from "./engines.ts";
import { sha256 } from "./hash.ts";
import { repeatWithin } from "./repeats.ts";
import type { OwnEngineName, PointEvent, PointRequest, StageSeconds } from "./protocol.ts";

/** A request for an engine of this suite. */
export type OwnRequest = PointRequest & { readonly engine: OwnEngineName };

/** Work of this length comes before each timed repeat: a GPU that idles falls to a fraction of its clock. */
const RAMP_SECONDS = 0.2;

/** Audio of this length passes through first, untimed: a shorter piece would not need all the pipelines that are timed. */
const COMPILE_SAMPLES = 60 * SAMPLE_RATE;

/**
 * Opens a device, makes the model and measures; `tell` hears of it all. Throws GpuError and, of weights that do not fit,
 * ConfigError.
 */
export async function measureOwn(
  request: OwnRequest,
  audio: Float32Array,
  tell: (event: PointEvent) => void,
): Promise<void> {
  checkRecordings([audio]);
  using gpu = await openGpu(request.gpu);
  const loading = performance.now();
  const model = await engineModel(gpu, request);
  await gpu.idle();
  const { adapter, limits, features } = gpu;
  const { weights } = request;
  tell({
    event: "ready",
    device: { adapter, limits, features },
    model: { configHash: await configHash(model.config), parameters: parameterCount(model.config) },
    weights: weights && { name: weights.name, sha256: weights.sha256, settings: { model: model.config.name } },
    frames: encoderFrames(audio.length),
    audioSeconds: audio.length / SAMPLE_RATE,
    loadSeconds: (performance.now() - loading) / 1000,
    microBatch: engineMicroBatch(gpu, request.engine, model, Array.from({ length: request.batch }, () => audio)),
    stageClock: features.timestamps ? "gpu" : "host",
  });
  await measure(gpu, model, request, audio, tell);
}

async function measure(
  gpu: Gpu,
  model: Model,
  request: OwnRequest,
  audio: Float32Array,
  tell: (event: PointEvent) => void,
): Promise<void> {
  const recordings = Array.from({ length: request.batch }, () => audio);
  await repeat(gpu, model, { ...request, forcedTokens: Math.min(1, request.forcedTokens) }, [
    audio.subarray(0, COMPILE_SAMPLES),
  ]);
  let gpuSeconds = 0;
  const once = async (): Promise<Repeat> => {
    if (gpuSeconds > 0 && gpuSeconds < RAMP_SECONDS) await rampUp(gpu, model, request, recordings, gpuSeconds);
    const result = await repeat(gpu, model, request, recordings);
    if (!gpu.adapter.isSoftware) gpuSeconds = (result.stages.log_mel ?? 0) + (result.stages.encoder ?? 0);
    return result;
  };
  let memory: MemoryPeak = { peakBytes: 0, peakByTag: {} };
  let reservedPeakBytes = 0;
  const repeated = async ({ seconds, stages, tokens, peak }: Repeat): Promise<void> => {
    if (peak.peakBytes > memory.peakBytes) memory = peak;
    reservedPeakBytes = Math.max(reservedPeakBytes, gpu.ledger.reservedPeakBytes);
    tell({ event: "sample", seconds, stages });
    // After every repeat: a process that is killed at its deadline has then said all but the last.
    tell({
      event: "done",
      ledger: { ...memory, reservedPeakBytes },
      processPeakBytes: process.resourceUsage().maxRSS * 1024, // /proc needs --allow-all
      dispatches: gpu.dispatches,
      wgslHashes: wgslHashes(gpu.sources()),
      tokensHash: await sha256(Uint32Array.from(tokens.flatMap((own) => [...own]))),
      text: request.weights === null ? null : ctcTexts(model, tokens[0], [tokens[0].length])[0],
    });
  };
  await repeatWithin(request, once, ({ seconds }) => tell({ event: "warmup", seconds }), repeated);
}

type Ledger = NonNullable<(PointEvent & { event: "done" })["ledger"]>;
type MemoryPeak = Pick<Ledger, "peakBytes" | "peakByTag">;

interface Repeat {
  readonly seconds: number;
  readonly stages: StageSeconds;
  readonly tokens: readonly Uint32Array[];
  readonly peak: MemoryPeak;
}

/** One pass from samples to tokens by the host's clock; behind it, and outside it, the decoder's stages. */
async function repeat(
  gpu: Gpu,
  model: Model,
  request: OwnRequest,
  recordings: readonly Float32Array[],
): Promise<Repeat> {
  await gpu.stageSeconds(); // forgets the stages of what was not asked for
  gpu.ledger.resetPeak();
  using _pass = gpu.scope();
  const samplesIn = performance.now();
  const recognized = await recognize(gpu, request.engine, model, recordings);
  const seconds = (performance.now() - samplesIn) / 1000;
  const stages = Object.fromEntries(await gpu.stageSeconds());
  if (request.forcedTokens > 0) {
    await decode(gpu, model, recordings, recognized, request.forcedTokens);
    const decoder = await gpu.stageSeconds();
    for (const [name, seconds] of decoder) {
      if (name === "decoder_prefill") stages.decoder_prefill = seconds;
      if (name === "decoder") stages.decoder_per_token = seconds / request.forcedTokens;
    }
  }
  const peak = { peakBytes: gpu.ledger.peakBytes, peakByTag: gpu.ledger.peak };
  return { seconds, stages, tokens: recognized.tokens, peak };
}

/** Keeps the GPU busy with the work that is to be timed, without a pause in which its clock would fall. */
async function rampUp(
  gpu: Gpu,
  model: Model,
  { engine }: OwnRequest,
  recordings: readonly Float32Array[],
  gpuSeconds: number,
): Promise<void> {
  encodeRepeatedly(gpu, engine, model, recordings, Math.ceil(RAMP_SECONDS / gpuSeconds));
  await gpu.idle();
}
