import type { Gpu } from "../kernels/gpu/mod.ts";
import { canonicalJson, ConfigError, configHash, type ModelConfig, parseConfig } from "./config.ts";
import { buildModel, type Model, modelParameters } from "./model.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type StoredTensor,
  type StoredType,
} from "./safetensors.ts";

/**
 * Writes a model as safetensors, with its config, the config's hash and whatever provenance the caller adds in the
 * metadata. The file appears under its name only when it is whole.
 */
export async function saveModel(
  gpu: Gpu,
  model: Model,
  path: string,
  { type = "F32", provenance = {} }: { type?: StoredType; provenance?: Record<string, string> } = {},
): Promise<void> {
  // All at once: each readback waits for the device, however small it is.
  const tensors = new Map(
    await Promise.all(
      [...model.parameters].map(async ([name, tensor]): Promise<[string, StoredTensor]> => [
        name,
        { shape: tensor.shape, values: await gpu.read(tensor) },
      ]),
    ),
  );
  const metadata = {
    ...provenance,
    format: "samba-asr-bench",
    config: canonicalJson(model.config),
    config_hash: await configHash(model.config),
  };
  const part = `${path}.${crypto.randomUUID()}.tmp`;
  await Deno.writeFile(part, encodeSafetensors({ metadata, tensors }, type));
  await Deno.rename(part, path);
}

/** What a file that `saveModel` wrote holds. */
export interface StoredModel {
  readonly config: ModelConfig;
  /** Every weight that the config names, finite and of its shape. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Provenance among it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads a file that `saveModel` wrote, without a device. Throws a ConfigError that names it and what is wrong with it. */
export async function readModel(path: string): Promise<StoredModel> {
  const file = await readWeights(path);
  const config = await storedConfig(file, path);
  checkShapes(file, config, path);
  return { config, ...file };
}

/** Puts a model that `saveModel` wrote on the device. Throws a ConfigError as `readModel` does. */
export async function loadModel(gpu: Gpu, path: string): Promise<Model> {
  const { config, tensors } = await readModel(path);
  return buildModel(gpu, config, ({ name, shape }) => gpu.upload(tensors.get(name)!.values, shape, "weights"));
}

/** The config of a model that `saveModel` wrote, without a device. Throws a ConfigError as `readModel` does. */
export async function readConfig(path: string): Promise<ModelConfig> {
  return await storedConfig(await readWeights(path), path);
}

async function readWeights(path: string): Promise<Safetensors> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new ConfigError(`${path}: no such weights file`);
    throw new ConfigError(`${path}: cannot be read: ${(error as Error).message}`);
  }
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    throw new ConfigError(`${path} ${(error as Error).message}`);
  }
}

async function storedConfig({ metadata }: Safetensors, path: string): Promise<ModelConfig> {
  if (!metadata.config) throw new ConfigError(`${path} holds no config: it was not written by this suite`);
  const config = parseConfig(JSON.parse(metadata.config), path);
  if (await configHash(config) !== metadata.config_hash) {
    throw new ConfigError(`${path}: its config does not have the hash it states; the file was changed`);
  }
  return config;
}

function checkShapes({ tensors }: Safetensors, config: ModelConfig, path: string): void {
  const wanted = new Map(modelParameters(config).map(({ name, shape }) => [name, shape.join(", ")]));
  for (const [name, shape] of wanted) {
    const found = tensors.get(name);
    if (!found) throw new ConfigError(`${path} lacks the weight ${name} that its config needs`);
    if (found.shape.join(", ") !== shape) {
      throw new ConfigError(`${path}: ${name} is [${found.shape.join(", ")}], but its config needs [${shape}]`);
    }
    const bad = found.values.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) throw new ConfigError(`${path}: ${name} holds ${found.values[bad]} at element ${bad}`);
  }
  const extra = [...tensors.keys()].find((name) => !wanted.has(name));
  if (extra) throw new ConfigError(`${path} holds the weight ${extra}, which its config does not know`);
}
