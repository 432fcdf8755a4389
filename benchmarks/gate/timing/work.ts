import type { KernelBenchmark } from "../../../kernels/bench.ts";
import type { Gpu } from "../../../kernels/gpu/mod.ts";
import { moduleOf } from "../version.ts";
import type { Work } from "./benchmarks.ts";

/** Records one launch. */
export type Launch = () => void;

/** Opens the device of the version at `root`. */
export async function openDevice(root: string, gpu: "deno" | "dawn"): Promise<Gpu> {
  const { openGpu } = await moduleOf(root, "kernels/gpu/mod.ts") as typeof import("../../../kernels/gpu/mod.ts");
  return await openGpu(gpu);
}

/**
 * Prepares work with the kernels and models of the version at `root`, as stages for the clock. Throws an Error, one line,
 * where that version lacks it.
 */
export async function prepare(root: string, gpu: Gpu, work: Work): Promise<Launch> {
  if ("encode" in work) return await prepareEncoder(root, gpu, work);
  const file = `kernels/${work.kernel}/${work.kernel}_bench.ts`;
  const { benchmarks } = await moduleOf(root, file) as { readonly benchmarks: readonly KernelBenchmark[] };
  const benchmark = benchmarks.find(({ name }) => name === work.shape);
  if (!benchmark) throw new Error(`${file} has no benchmark called ${JSON.stringify(work.shape)}`);
  const launch = benchmark.prepare(gpu);
  return () => gpu.stage("launch", launch);
}

async function prepareEncoder(
  root: string,
  gpu: Gpu,
  { encode, preset, seconds }: Extract<Work, { readonly encode: string }>,
): Promise<Launch> {
  const [models, presets, recognizer] = await Promise.all(
    ["model", "presets", "recognizer"].map((name) => moduleOf(root, `model/${name}.ts`)),
  ) as [
    typeof import("../../../model/model.ts"),
    typeof import("../../../model/presets.ts"),
    typeof import("../../../model/recognizer.ts"),
  ];
  const config = encode === "samba" ? presets.sambaConfig(preset) : presets.transformerConfig(preset);
  const model = models.createModel(gpu, config, 1);
  const { samples, lengths } = recognizer.uploadSamples(gpu, [sweep(16_000 * seconds)]);
  return () => {
    recognizer.encodeSamples(gpu, model, samples, lengths);
  };
}

/** A tone at 16 kHz that rises to 4 kHz: it has something in every band, and is the same everywhere. */
export function sweep(samples: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: samples }, (_, i) => 0.3 * Math.sin(Math.PI * i * i / (4 * samples)));
}
