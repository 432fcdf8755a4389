import { exampleMachine } from "./example_report.ts";
import { seededRandom } from "./statistics/random.ts";
import { deriveTrainingFits, measuredStep, missingStep, recomputationOf } from "./training_derive.ts";
import { type LongAudio, type Step, TRAINING_SCHEMA_VERSION, type TrainingReport } from "./training_schema.ts";

const MIB = 2 ** 20;

/** Made-up cost in seconds and MiB of a step through `minutes` of audio, for each engine. */
const COSTS: Readonly<Record<string, (minutes: number) => { readonly seconds: number; readonly mib: number }>> = {
  "samba": (m) => ({ seconds: 0.05 * m, mib: 100 * m }),
  "transformer-naive": (m) => ({ seconds: 0.03 * m + 0.02 * m ** 2, mib: 50 * m ** 2 }),
};

/** Of which each test gets a copy. */
let made: TrainingReport | undefined;

/**
 * A made-up training report for tests: throughput without recomputation and with it, two engines at 5 to 20 minutes, one
 * point over a limit and one over budget. Every call gives a copy of its own.
 */
export function exampleTraining(): TrainingReport {
  return structuredClone(made ??= makeTraining());
}

function makeTraining(): TrainingReport {
  const random = seededRandom(5);
  const throughput = [false, true].map((recompute) => ({
    recompute,
    config_sha256: (recompute ? "1" : "0").repeat(64),
    step: step(80, recompute ? 0.13 : 0.1, recompute ? 60 : 200, 10, random),
  }));
  const rows = Object.entries(COSTS).flatMap(([engine, cost]) =>
    [5, 10, 20].map((minutes): LongAudio["rows"][number] => {
      const { seconds, mib } = cost(minutes);
      const identity = { engine, minutes, frames: 1500 * minutes, tokens: 63 };
      if (engine !== "samba" && minutes === 20) {
        const reason = "a tensor f32 [1] | takes 8 GiB";
        return { ...identity, predicted_seconds: 12, step: missingStep("over-limit", reason) };
      }
      return { ...identity, predicted_seconds: null, step: step(60 * minutes, seconds, mib, 5, random) };
    })
  );
  const model = { config_sha256: "c".repeat(64), parameters: { encoder: 20_000_000, total: 31_000_000 } };
  return {
    kind: "training",
    schema_version: TRAINING_SCHEMA_VERSION,
    interrupted: false,
    environment: {
      ...exampleMachine(),
      command: "deno task bench:training --minutes 5,10,20",
      wgsl_hashes: { matmul: "a".repeat(64) },
      seed: 1,
    },
    throughput: {
      config: "an4",
      batch: 16,
      mel_frames: 500,
      tokens: 40,
      steps: 20,
      parameters: { encoder: 1_400_000, total: 2_300_000 },
      rows: throughput,
      recomputation: recomputationOf(throughput),
    },
    long: {
      preset: "base",
      head: "ctc",
      ctc_weight: 1,
      recompute: true,
      models: { "samba": model, "transformer-naive": model },
      rows,
      fits: deriveTrainingFits(rows),
    },
  };
}

function step(audioSeconds: number, seconds: number, mib: number, repeats: number, random: () => number): Step {
  const samples = Array.from({ length: repeats }, () => seconds * (1 + 0.04 * random()));
  if (repeats === 10) samples[3] *= 2;
  const share = (part: number): number[] => samples.map((sample) => part * sample);
  const activations = Math.round(mib * MIB);
  return measuredStep(audioSeconds, {
    warmups: 1,
    seconds: samples,
    stages: [
      { name: "forward", clock: "gpu", samples: share(0.3) },
      { name: "backward", clock: "gpu", samples: share(0.5) },
      { name: "optimizer", clock: "gpu", samples: share(0.1) },
    ],
    memory: {
      ledger_peak_bytes: 50 * MIB + activations,
      ledger_peak_by_tag: { weights: 10 * MIB, gradients: 10 * MIB, optimizer: 30 * MIB, activations },
      reserved_peak_bytes: 60 * MIB + activations,
      outside_peak_bytes: 700 * MIB,
      outside_source: "nvidia-smi delta",
    },
    dispatches: 1234,
    figures: { ctc: 3.25, decoder: null, norm: 0.5, impossible: 0, skipped: 0 },
  });
}
