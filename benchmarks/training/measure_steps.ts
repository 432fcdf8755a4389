/** Training steps on a device, timed. */
import process from "node:process";
import { openGpu } from "../../kernels/gpu/mod.ts";
import { subsampledLength } from "../../model/layers/subsampling.ts";
import { parameterCount } from "../../model/model.ts";
import { initialWeights } from "../../training/arena.ts";
import { trainingHash } from "../../training/config.ts";
import { modelConfigOf } from "../../training/model_config.ts";
import { fetchFigures, HISTORY_STEPS, learn, makeTrainer, type Trainer } from "../../training/trainer.ts";
import { wgslHashes } from "../harness/device.ts";
import { sha256 } from "../scaling/hash.ts";
import type { PointEvent, StageSeconds } from "../scaling/protocol.ts";
import { repeatWithin } from "../scaling/repeats.ts";
import { type FixedBatch, fixedBatch } from "./fixed_batch.ts";
import type { StepsRequest } from "./protocol.ts";

/** Work of this length comes before each timed repeat: a GPU that idles falls to a fraction of its clock. */
const RAMP_SECONDS = 0.3;

/** Audio of this length, 60 s, is trained on first, untimed: a shorter piece would not need all the pipelines. */
const COMPILE_FRAMES = 6000;

/** Small, so that weights stay ordinary numbers over however many steps; what it is changes no time. */
const LEARNING_RATE = 1e-5;

/** Opens a device, makes the trainer and its batch, and measures; `tell` hears of it all. Throws GpuError. */
export async function measureSteps(request: StepsRequest, tell: (event: PointEvent) => void): Promise<void> {
  const { config, batch: size, melFrames, tokens, steps } = request;
  using gpu = await openGpu(request.gpu);
  using _all = gpu.scope();
  const loading = performance.now();
  const model = modelConfigOf(config, "config");
  const trainer = makeTrainer(gpu, config, model, initialWeights(model, config.seed));
  trainer.timed = true;
  await gpu.idle();
  const { adapter, limits, features } = gpu;
  tell({
    event: "ready",
    device: { adapter, limits, features },
    model: { configHash: await trainingHash(config), parameters: parameterCount(model) },
    weights: null,
    frames: subsampledLength(melFrames),
    audioSeconds: melFrames / 100,
    loadSeconds: (performance.now() - loading) / 1000,
    microBatch: size,
    stageClock: features.timestamps ? "gpu" : "host",
  });
  {
    using _compiling = gpu.scope();
    const frames = Math.min(melFrames, COMPILE_FRAMES);
    const characters = Math.ceil(tokens * frames / melFrames);
    await runSteps(trainer, fixedBatch(gpu, model, size, frames, characters, config.seed), 1);
  }
  gpu.trim();
  const batch = fixedBatch(gpu, model, size, melFrames, tokens, config.seed);
  let last = 0;
  const once = async (): Promise<Repeat> => {
    // A long one has the device at work from its own beginning on.
    if (!adapter.isSoftware && last * steps < RAMP_SECONDS && last > 0) {
      await runSteps(trainer, batch, Math.min(Math.ceil(RAMP_SECONDS / last), HISTORY_STEPS));
    }
    const repeat = await runSteps(trainer, batch, steps);
    last = repeat.seconds;
    return repeat;
  };
  let memory = { peakBytes: 0, peakByTag: {} };
  let reservedPeakBytes = 0;
  await repeatWithin(request, once, ({ seconds }) => tell({ event: "warmup", seconds }), async (repeat) => {
    const { seconds, stages, peak, dispatches, figures } = repeat;
    if (peak.peakBytes > memory.peakBytes) memory = peak;
    reservedPeakBytes = Math.max(reservedPeakBytes, gpu.ledger.reservedPeakBytes);
    tell({ event: "sample", seconds, stages });
    // After every repeat: a process that is killed at its deadline has then said all but the last.
    tell({
      event: "done",
      ledger: { ...memory, reservedPeakBytes },
      processPeakBytes: process.resourceUsage().maxRSS * 1024, // /proc needs --allow-all
      dispatches,
      wgslHashes: wgslHashes(gpu.sources()),
      tokensHash: await sha256(new TextEncoder().encode(JSON.stringify(figures))),
      text: null,
      figures,
    });
  });
}

/** What a repeat says of one of its steps. */
interface Repeat {
  readonly seconds: number;
  readonly stages: StageSeconds;
  readonly dispatches: number;
  readonly peak: { readonly peakBytes: number; readonly peakByTag: Readonly<Record<string, number>> };
  readonly figures: Readonly<Record<string, number | null>>;
}

/** Steps from the first dispatch until the figures of all are on the host, which is the only wait. */
async function runSteps(trainer: Trainer, { mel, lengths, text }: FixedBatch, steps: number): Promise<Repeat> {
  const { gpu } = trainer;
  await gpu.stageSeconds(); // forgets those of what was not asked for
  gpu.ledger.resetPeak();
  const before = gpu.dispatches;
  const begun = performance.now();
  for (let i = 0; i < steps; i++) {
    learn(trainer, mel, lengths, text, LEARNING_RATE);
    gpu.flush(); // the device begins while the next step is recorded
  }
  const found = await fetchFigures(trainer);
  const seconds = (performance.now() - begun) / 1000 / steps;
  const stages = [...await gpu.stageSeconds()].map(([name, seconds]) => [name, seconds / steps] as const);
  const { ctc, decoder, norm, impossible } = found[found.length - 1];
  return {
    seconds,
    stages: Object.fromEntries(stages),
    dispatches: (gpu.dispatches - before) / steps,
    peak: { peakBytes: gpu.ledger.peakBytes, peakByTag: gpu.ledger.peak },
    figures: {
      ctc: finite(ctc),
      decoder: finite(decoder),
      norm: finite(norm),
      impossible,
      skipped: found.filter(({ applied }) => !applied).length,
    },
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
