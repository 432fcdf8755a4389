import { fileURLToPath } from "node:url";
import { readAudio } from "../../../datasets/audio/read.ts";
import type { AdapterDescription, BackendName, Gpu } from "../../../kernels/gpu/mod.ts";
import { generatedSpeech } from "../../../datasets/synthetic/generated.ts";
import type { Model } from "../../../model/model.ts";
import { moduleOf } from "../version.ts";
import { shippedModels } from "./shipped.ts";
import type { Items } from "./protocol.ts";

interface Clip {
  readonly id: string;
  readonly samples: Float32Array;
  readonly reference: string;
}

/** For random weights, two clips of sound from a seed; nobody says these words in it, which makes for errors of all kinds. */
const NOISES: readonly { readonly samples: number; readonly seed: number; readonly reference: string }[] = [
  { samples: 32_000, seed: 1, reference: "the first clip has six words" },
  { samples: 24_000, seed: 2, reference: "the second has five" },
];

/** For trained weights, sentences that espeak-ng spoke (`datasets get synthetic-speech --text`): three voices, clips/ID.flac. */
const SPOKEN: Readonly<Record<string, string>> = {
  enter: "enter four five eight six",
  pittsburgh: "p i t t s b u r g h",
  rubout: "rubout g m e f three nine",
};

interface Modules {
  readonly device: typeof import("../../../kernels/gpu/mod.ts");
  readonly models: typeof import("../../../model/model.ts");
  readonly presets: typeof import("../../../model/presets.ts");
  readonly recognizer: typeof import("../../../model/recognizer.ts");
  readonly weights: typeof import("../../../model/weights.ts");
  readonly scoring: typeof import("../../scoring/score.ts");
  readonly protocols: typeof import("../../scoring/protocols/mod.ts");
}

/**
 * What small models hear, by CTC head and decoder, and the errors in it, computed on this machine's adapter. Seeds of the
 * random models are such that no token is a near tie: noise of 1e-4 in every sample, a thousand times a float's rounding,
 * changes none of the texts. Trained ones hear speech.
 */
export async function heardItems(
  root: string,
  backend: BackendName,
): Promise<{ items: Items; adapter: AdapterDescription }> {
  const [device, models, presets, recognizer, weights, scoring, protocols] = await Promise.all(
    [
      "kernels/gpu/mod.ts",
      "model/model.ts",
      "model/presets.ts",
      "model/recognizer.ts",
      "model/weights.ts",
      "benchmarks/scoring/score.ts",
      "benchmarks/scoring/protocols/mod.ts",
    ].map((path) => moduleOf(root, path)),
  );
  const modules = { device, models, presets, recognizer, weights, scoring, protocols } as Modules;
  using gpu = await modules.device.openGpu(backend);
  const { sambaConfig, transformerConfig } = modules.presets;
  const items: Record<string, number | string> = {};
  const random = [
    [sambaConfig("nano"), 3],
    [sambaConfig("nano", "causal"), 1],
    [transformerConfig("nano"), 1],
  ] as const;
  const noises = NOISES.map(({ samples, seed, reference }, i): Clip => ({
    id: `clip ${i + 1}`,
    samples: generatedSpeech(samples, seed).samples,
    reference,
  }));
  for (const [config, seed] of random) {
    using _model = gpu.scope();
    const model = modules.models.createModel(gpu, config, seed);
    Object.assign(items, await hear(modules, gpu, `${config.name} of seed ${seed}`, model, noises));
  }
  const spoken = await Promise.all(
    Object.entries(SPOKEN).map(async ([id, reference]) => {
      const path = fileURLToPath(new URL(`./clips/${id}.flac`, import.meta.url));
      return { id, samples: await readAudio(path), reference };
    }),
  );
  for (const file of await shippedModels(root)) {
    using _model = gpu.scope();
    const model = await modules.weights.loadModel(gpu, `${root}/models/${file}`);
    Object.assign(items, await hear(modules, gpu, file, model, spoken));
  }
  return { items, adapter: gpu.adapter };
}

async function hear(
  { recognizer, scoring, protocols }: Modules,
  gpu: Gpu,
  name: string,
  model: Model,
  clips: readonly Clip[],
): Promise<Items> {
  const items: Record<string, number | string> = {};
  for (const kind of ["ctc", "greedy"] as const) {
    const texts = await recognizer.transcribe(gpu, model, clips.map(({ samples }) => samples), { kind });
    const utterances = clips.map(({ id, reference }, i) => ({ id, reference, hypothesis: texts[i] }));
    for (const { id, hypothesis } of utterances) items[`hypothesis/${name}/${kind}/${id}`] = hypothesis;
    const score = scoring.score(utterances, protocols.RAW);
    for (const count of ["words", "substitutions", "deletions", "insertions"] as const) {
      items[`errors/${name}/${kind}/${count}`] = score[count];
    }
  }
  return items;
}
