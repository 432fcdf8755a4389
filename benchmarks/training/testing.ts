import { trainingPreset } from "../../training/presets.ts";
import { fakeSurroundings } from "../scaling/testdata/surroundings.ts";
import type { TrainingOptions } from "./options.ts";
import type { TrainingSurroundings } from "./run.ts";

/** The URL of the fake child, with how its points go, such as {"samba-nano on 120": "limit"}. */
export function fakeChild(behaviours: Readonly<Record<string, string>> = {}): string {
  const url = new URL("./testdata/fake_child.ts", import.meta.url);
  for (const [point, behaviour] of Object.entries(behaviours)) url.searchParams.set(point, behaviour);
  return url.href;
}

/** Surroundings of a made-up machine, where a fake child measures. */
export function fakeTrainingSurroundings(changed: Partial<TrainingSurroundings> = {}): TrainingSurroundings {
  return { ...fakeSurroundings(), command: "deno task bench:training", childScript: fakeChild(), ...changed };
}

/** Options for both parts at sizes that take no time: 0.4 s of audio, and two engines on 0.6 and 1.2 s. */
export function tinyTrainingOptions(out: string, changed: Partial<TrainingOptions> = {}): TrainingOptions {
  return {
    throughput: {
      name: "tiny",
      config: trainingPreset("tiny"),
      batch: 2,
      melFrames: 40,
      tokens: 5,
      steps: 3,
      recompute: [false, true],
    },
    long: {
      size: "nano",
      minutes: [0.01, 0.02],
      engines: ["samba", "transformer-naive"],
      head: "ctc",
      recompute: true,
    },
    warmups: 1,
    repeats: 3,
    budgetSeconds: 30,
    totalBudgetSeconds: null,
    gpu: "deno",
    seed: 7,
    out,
    ...changed,
  };
}
