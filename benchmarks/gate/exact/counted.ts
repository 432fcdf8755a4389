import { createHash } from "node:crypto";
import { byteLength, type Gpu, type Tensor } from "../../../kernels/gpu/mod.ts";
import type { ModelConfig } from "../../../model/config.ts";
import { moduleOf } from "../version.ts";
import { CLASSES, type DeviceClass } from "./device_class.ts";
import { type Dispatch, flopsOf } from "./flops.ts";
import type { Items } from "./protocol.ts";

/** Modules of the measured version. */
interface Modules {
  readonly pretend: typeof import("../../../training/pretend_device.ts");
  readonly models: typeof import("../../../model/model.ts");
  readonly presets: typeof import("../../../model/presets.ts");
  readonly recognizer: typeof import("../../../model/recognizer.ts");
  readonly ctc: typeof import("../../../model/decoding/ctc_frames.ts");
  readonly greedy: typeof import("../../../model/decoding/greedy_tokens.ts");
}

const SAMPLE_RATE = 16_000;
const DECODED_TOKENS = 8;

/**
 * Parameters, dispatches, bytes, floating-point operations, ledger peaks and WGSL hashes of small models, and of large ones
 * where they cost nothing: all on devices that compute nothing and are the same everywhere, one for each class of adapter,
 * whose plans differ. So what it finds does not depend on the machine.
 */
export async function countedItems(root: string): Promise<Items> {
  const [pretend, models, presets, recognizer, ctc, greedy] = await Promise.all(
    [
      "training/pretend_device.ts",
      "model/model.ts",
      "model/presets.ts",
      "model/recognizer.ts",
      "model/decoding/ctc_frames.ts",
      "model/decoding/greedy_tokens.ts",
    ].map((path) => moduleOf(root, path)),
  );
  const modules = { pretend, models, presets, recognizer, ctc, greedy } as Modules;
  const { sambaConfig, transformerConfig } = modules.presets;
  const nano = [sambaConfig("nano"), sambaConfig("nano", "causal"), transformerConfig("nano")];
  const base = [sambaConfig("base"), transformerConfig("base"), transformerConfig("base", "window")];
  const items: Record<string, number | string> = {};
  for (const config of nano) Object.assign(items, countPass(modules, CLASSES.software, config, 4));
  for (const config of nano) Object.assign(items, countPass(modules, CLASSES.gpu, config, 4));
  for (const config of base) Object.assign(items, countPass(modules, CLASSES.gpu, config, 300));
  return items;
}

/** One pass from samples to tokens by CTC head and decoder, stage by stage. */
function countPass(
  { pretend, models, recognizer, ctc, greedy }: Modules,
  { name, like }: DeviceClass,
  config: ModelConfig,
  seconds: number,
): Items {
  const items: Record<string, number | string> = {};
  const { encoder, total } = models.parameterCount(config);
  items[`parameters/${config.name}/encoder`] = encoder;
  items[`parameters/${config.name}/total`] = total;
  const where = `${config.name} ${seconds} s on ${name}`;

  using gpu = pretend.pretendGpu(like);
  using _all = gpu.scope();
  // Their values are nobody's business here, and random ones of a large model take long.
  const model = models.buildModel(gpu, config, ({ shape }) => gpu.tensor(shape, "f32", "weights"));
  const stages = countStages(gpu);
  const { samples, lengths } = recognizer.uploadSamples(gpu, [new Float32Array(SAMPLE_RATE * seconds)]);
  gpu.ledger.resetPeak();
  const encoded = recognizer.encodeSamples(gpu, model, samples, lengths);
  gpu.stage("ctc", () => ctc.ctcFrames(gpu, model, encoded.memory));
  const state = greedy.startDecoder(gpu, model, encoded.lengths, DECODED_TOKENS);
  gpu.stage("decoder_prefill", () => greedy.hearMemory(gpu, model, encoded.memory, encoded.lengths, state));
  gpu.stage("decoder", () => greedy.greedyTokens(gpu, model, state, DECODED_TOKENS, 1));
  items[`ledger peak/${where}/all`] = gpu.ledger.peakBytes;
  for (const [tag, bytes] of Object.entries(gpu.ledger.peak)) {
    if (bytes > 0) items[`ledger peak/${where}/${tag}`] = bytes;
  }
  for (const [stage, { dispatches, bytes, flops }] of stages) {
    items[`dispatches/${where}/${stage}`] = dispatches;
    items[`bytes/${where}/${stage}`] = bytes;
    items[`flops/${where}/${stage}`] = flops;
  }
  for (const [kernel, text] of gpu.sources()) {
    items[`wgsl/${name}/${kernel}`] = createHash("sha256").update(text).digest("hex");
  }
  return items;
}

interface Counts {
  dispatches: number;
  /** Of the tensors that each dispatch binds, whole. */
  bytes: number;
  flops: number;
}

/** Counts from now on what is recorded in each stage; outside any, nothing. */
function countStages(gpu: Gpu): Map<string, Counts> {
  const counted = new Map<string, Counts>();
  const [stage, dispatch] = [gpu.stage.bind(gpu), gpu.dispatch.bind(gpu)];
  let counts: Counts | undefined;
  const watched: Gpu["stage"] = (name, work) =>
    stage(name, () => {
      counted.set(name, counts = counted.get(name) ?? { dispatches: 0, bytes: 0, flops: 0 });
      try {
        return work();
      } finally {
        counts = undefined;
      }
    });
  const counting: Gpu["dispatch"] = (kernel, bindings, params, workgroups) => {
    dispatch(kernel, bindings, params, workgroups);
    if (!counts) return;
    const tensors: Record<string, Tensor> = bindings;
    counts.dispatches++;
    counts.bytes += Object.values(tensors).reduce((sum, tensor) => sum + byteLength(tensor), 0);
    counts.flops += flopsOf({ kernel, tensors, params } as Dispatch);
  };
  Object.defineProperties(gpu, { stage: { value: watched }, dispatch: { value: counting } });
  return counted;
}
