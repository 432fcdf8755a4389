/**
 * Measures one point of the scaling benchmark in a process of its own: `deno run benchmarks/scaling/child.ts REQUEST`,
 * REQUEST being a PointRequest as JSON. Prints PointEvents, a line of JSON each; see protocol.ts.
 */
import { type Gpu, GpuError, openGpu } from "../../kernels/gpu/mod.ts";
import { configHash } from "../../model/config.ts";
import { createModel, type Model, parameterCount } from "../../model/model.ts";
import { presetName } from "../../model/presets.ts";
import { checkRecordings, encoderFrames } from "../../model/recognizer.ts";
import { SAMPLE_RATE } from "../../model/frontend.ts";
import { decode, engineConfig, engineMicroBatch, recognize } from "./engines.ts";
import type { PointEvent, PointRequest, StageSeconds } from "./protocol.ts";

/** A GPU that was idle takes about this long to reach its clock. */
const RAMP_SECONDS = 0.5;

function tell(event: PointEvent): void {
  console.log(JSON.stringify(event));
}

async function measure(gpu: Gpu, model: Model, request: PointRequest, audio: Float32Array): Promise<void> {
  const recordings = Array.from({ length: request.batch }, () => audio);
  const begun = performance.now();
  let longest = 0;
  let tokens: Uint32Array[] = [];
  const once = async (): Promise<{ seconds: number; stages: StageSeconds }> => {
    const start = performance.now();
    await gpu.stageSeconds(); // forgets the stages of what was not asked for
    const samplesIn = performance.now();
    tokens = await recognize(gpu, request.engine, model, recordings);
    const seconds = (performance.now() - samplesIn) / 1000;
    const stages = Object.fromEntries(await gpu.stageSeconds());
    if (request.forcedTokens > 0) Object.assign(stages, await decoderStages(gpu, model, request, recordings));
    longest = Math.max(longest, (performance.now() - start) / 1000);
    return { seconds, stages };
  };
  const ramp = gpu.adapter.isSoftware ? 0 : RAMP_SECONDS;
  const spent = () => (performance.now() - begun) / 1000;
  const fits = () => spent() + longest <= request.budgetSeconds;
  for (let i = 0; i < request.warmups || (request.warmups > 0 && spent() < ramp && fits()); i++) {
    tell({ event: "warmup", seconds: (await once()).seconds });
  }
  gpu.ledger.resetPeak();
  for (let i = 0; i < request.repeats && (i === 0 || fits()); i++) tell({ event: "sample", ...await once() });
  tell({
    event: "done",
    ledgerPeakBytes: gpu.ledger.peakBytes,
    ledgerPeakByTag: gpu.ledger.peak,
    reservedPeakBytes: gpu.ledger.reservedPeakBytes,
    processPeakBytes: processPeakBytes(),
    dispatches: gpu.dispatches,
    wgslHashes: await wgslHashes(gpu),
    tokensHash: await sha256(Uint32Array.from(tokens.flatMap((own) => [...own]))),
  });
}

async function decoderStages(
  gpu: Gpu,
  model: Model,
  { engine, forcedTokens }: PointRequest,
  recordings: readonly Float32Array[],
): Promise<StageSeconds> {
  const parts = Math.ceil(recordings.length / engineMicroBatch(gpu, engine, model, recordings));
  await decode(gpu, engine, model, recordings, forcedTokens);
  const stages = await gpu.stageSeconds();
  return {
    decoder_prefill: stages.get("decoder_prefill") ?? 0,
    decoder_per_token: (stages.get("decoder") ?? 0) / (forcedTokens * parts),
  };
}

/** Peak resident memory of this process, from Linux's /proc; elsewhere the resident size now. */
function processPeakBytes(): number {
  try {
    const peak = Deno.readTextFileSync("/proc/self/status").match(/^VmHWM:\s+(\d+) kB/m);
    if (peak) return Number(peak[1]) * 1024;
  } catch { /* no /proc */ }
  return Deno.memoryUsage().rss;
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
