/**
 * Measures one point of the scaling benchmark in a process of its own: `deno run benchmarks/scaling/child.ts REQUEST`,
 * REQUEST being a PointRequest as JSON. Prints PointEvents, a line of JSON each; see protocol.ts.
 */
import process from "node:process";
import { type Gpu, GpuError, openGpu } from "../../kernels/gpu/mod.ts";
import { configHash } from "../../model/config.ts";
import { SAMPLE_RATE } from "../../model/frontend.ts";
import { createModel, type Model, parameterCount } from "../../model/model.ts";
import { presetName } from "../../model/presets.ts";
import { checkRecordings, encoderFrames } from "../../model/recognizer.ts";
import { decode, encodeRepeatedly, engineConfig, engineMicroBatch, recognize } from "./engines.ts";
import type { PointEvent, PointRequest, StageSeconds } from "./protocol.ts";

/** Work of this length comes before each timed repeat: a GPU that idles falls to a fraction of its clock. */
const RAMP_SECONDS = 0.2;

/** Audio of this length passes through first, untimed: a shorter piece would not need all the pipelines that are timed. */
const COMPILE_SAMPLES = 60 * SAMPLE_RATE;

function tell(event: PointEvent): void {
  console.log(JSON.stringify(event));
}

async function measure(gpu: Gpu, model: Model, request: PointRequest, audio: Float32Array): Promise<void> {
  const recordings = Array.from({ length: request.batch }, () => audio);
  await repeat(gpu, model, { ...request, forcedTokens: Math.min(1, request.forcedTokens) }, [
    audio.subarray(0, COMPILE_SAMPLES),
  ]);
  const begun = performance.now();
  let longest = 0;
  let gpuSeconds = 0;
  const once = async (): Promise<Repeat> => {
    const start = performance.now();
    if (gpuSeconds > 0 && gpuSeconds < RAMP_SECONDS) await rampUp(gpu, model, request, recordings, gpuSeconds);
    const result = await repeat(gpu, model, request, recordings);
    if (!gpu.adapter.isSoftware) gpuSeconds = (result.stages.log_mel ?? 0) + (result.stages.encoder ?? 0);
    longest = Math.max(longest, (performance.now() - start) / 1000);
    return result;
  };
  const fits = () => (performance.now() - begun) / 1000 + longest <= request.budgetSeconds;
  for (let i = 0; i < request.warmups && (i === 0 || fits()); i++) {
    tell({ event: "warmup", seconds: (await once()).seconds });
  }
  let memory: MemoryPeak = { ledgerPeakBytes: 0, ledgerPeakByTag: {} };
  let reservedPeakBytes = 0;
  for (let i = 0; i < request.repeats && (i === 0 || fits()); i++) {
    const { seconds, stages, tokens, peak } = await once();
    if (peak.ledgerPeakBytes > memory.ledgerPeakBytes) memory = peak;
    reservedPeakBytes = Math.max(reservedPeakBytes, gpu.ledger.reservedPeakBytes);
    tell({ event: "sample", seconds, stages });
    // After every repeat: a process that is killed at its deadline has then said all but the last.
    tell({
      event: "done",
      ...memory,
      reservedPeakBytes,
      processPeakBytes: process.resourceUsage().maxRSS * 1024, // /proc needs --allow-all
      dispatches: gpu.dispatches,
      wgslHashes: await wgslHashes(gpu),
      tokensHash: await sha256(Uint32Array.from(tokens.flatMap((own) => [...own]))),
    });
  }
}

type MemoryPeak = Pick<PointEvent & { event: "done" }, "ledgerPeakBytes" | "ledgerPeakByTag">;

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
  request: PointRequest,
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
  const peak = { ledgerPeakBytes: gpu.ledger.peakBytes, ledgerPeakByTag: gpu.ledger.peak };
  return { seconds, stages, tokens: recognized.tokens, peak };
}

/** Keeps the GPU busy with the work that is to be timed, without a pause in which its clock would fall. */
async function rampUp(
  gpu: Gpu,
  model: Model,
  { engine }: PointRequest,
  recordings: readonly Float32Array[],
  gpuSeconds: number,
): Promise<void> {
  encodeRepeatedly(gpu, engine, model, recordings, Math.ceil(RAMP_SECONDS / gpuSeconds));
  await gpu.idle();
}

async function wgslHashes(gpu: Gpu): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const [name, text] of gpu.sources()) hashes[name] = await sha256(new TextEncoder().encode(text));
  return hashes;
}

async function sha256(data: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex();
}

function statusOf(error: unknown): "out-of-memory" | "over-limit" | "failed" {
  if (error instanceof GpuError && (error.failure === "out-of-memory" || error.failure === "over-limit")) {
    return error.failure;
  }
  if (error instanceof RangeError && /allocation failed|invalid typed array length/i.test(error.message)) {
    return "out-of-memory";
  }
  return "failed";
}

async function main(request: PointRequest): Promise<void> {
  const audio = new Float32Array((await Deno.readFile(request.audio)).buffer);
  checkRecordings([audio]);
  using gpu = await openGpu(request.gpu);
  const config = engineConfig(request.engine, presetName(request.preset));
  const loading = performance.now();
  const model = createModel(gpu, config, request.seed);
  await gpu.idle();
  tell({
    event: "ready",
    adapter: gpu.adapter,
    limits: gpu.limits,
    features: gpu.features,
    configHash: await configHash(config),
    parameters: parameterCount(config),
    frames: encoderFrames(audio.length),
    audioSeconds: audio.length / SAMPLE_RATE,
    loadSeconds: (performance.now() - loading) / 1000,
    microBatch: engineMicroBatch(gpu, request.engine, model, Array.from({ length: request.batch }, () => audio)),
    stageClock: gpu.features.timestamps ? "gpu" : "host",
  });
  await measure(gpu, model, request, audio);
}

if (import.meta.main) {
  try {
    await main(JSON.parse(Deno.args[0]));
  } catch (error) {
    tell({ event: "failed", status: statusOf(error), reason: (error as Error).message.split("\n")[0] });
  }
}
