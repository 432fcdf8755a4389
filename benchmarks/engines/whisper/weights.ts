import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { InputError } from "../../../datasets/errors.ts";

/** Precisions of ONNX weights by their names at @huggingface/transformers, and how their files end; the first found is used. */
const SUFFIXES = {
  fp32: "",
  fp16: "_fp16",
  q8: "_quantized",
  int8: "_int8",
  uint8: "_uint8",
  q4: "_q4",
  q4f16: "_q4f16",
  bnb4: "_bnb4",
} as const;

/** A precision of ONNX weights. */
export type Dtype = keyof typeof SUFFIXES;

/** All precisions, the most faithful first. */
export const DTYPES = Object.keys(SUFFIXES) as readonly Dtype[];

/** The small files of a model that are read besides its networks. */
export const CONFIG_FILES = [
  "config.json",
  "generation_config.json",
  "preprocessor_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
] as const;

/** Whisper's weights in a folder. */
export interface WhisperWeights {
  /** Absolute, without links. */
  readonly folder: string;
  readonly name: string;
  readonly dtype: Dtype;
  /** Of the files that are used: what `sha256sum FILES | sha256sum` prints, FILES being sorted paths from the folder. */
  readonly sha256: string;
  /** Codes of the languages; empty where the weights know English alone. */
  readonly languages: readonly string[];
}

/** The files of the networks at a precision, from the model's folder. */
export function networkFiles(dtype: Dtype): readonly string[] {
  return ["encoder_model", "decoder_model_merged"].map((network) => `onnx/${network}${SUFFIXES[dtype]}.onnx`);
}

/**
 * Finds Whisper's weights in a folder of the layout that @huggingface/transformers reads, and hashes them.
 *
 * Throws InputError where a file is missing, is a stand-in of Git LFS, or belongs to another kind of model.
 *
 * @param dtype null takes the most faithful that is there
 * @param name what the weights are called; null calls them as their folder
 */
export async function findWeights(path: string, dtype: Dtype | null, name: string | null): Promise<WhisperWeights> {
  const folder = await Deno.realPath(path).catch(() => {
    throw new InputError(`${path}: no such folder; give one with Whisper's config.json and onnx/, or REPO@REVISION`);
  });
  const config = await readJson(join(folder, "config.json"));
  if (config.model_type !== "whisper") {
    throw new InputError(`${join(folder, "config.json")}: holds a model of type ${config.model_type}; give Whisper's`);
  }
  const generation = await readJson(join(folder, "generation_config.json"));
  if (typeof generation.no_timestamps_token_id !== "number") {
    throw new InputError(
      `${join(folder, "generation_config.json")}: has no no_timestamps_token_id; get the file again`,
    );
  }
  const chosen = dtype ?? await bestDtype(folder);
  const networks = networkFiles(chosen);
  const data = (await namesIn(join(folder, "onnx"))).map((file) => `onnx/${file}`)
    .filter((file) => networks.some((network) => file.startsWith(`${network}_data`)));
  const files = [...CONFIG_FILES, ...networks, ...data].sort();
  const total = createHash("sha256");
  for (const file of files) total.update(`${await sha256(folder, file, chosen)}  ${file}\n`);
  return {
    folder,
    name: name ?? basename(folder),
    dtype: chosen,
    sha256: total.digest("hex"),
    languages: Object.keys(generation.is_multilingual ? generation.lang_to_id ?? {} : {}).map((s) => s.slice(2, -2)),
  };
}

async function bestDtype(folder: string): Promise<Dtype> {
  const found = (await dtypesIn(folder))[0];
  if (found) return found;
  throw new InputError(
    `${folder}: holds no onnx/encoder_model*.onnx with its onnx/decoder_model_merged*.onnx; ` +
      "weights for PyTorch must be converted, such as those of onnx-community at Hugging Face",
  );
}

/** The precisions of which both networks are there. */
async function dtypesIn(folder: string): Promise<Dtype[]> {
  const names = (await namesIn(join(folder, "onnx"))).map((file) => `onnx/${file}`);
  return DTYPES.filter((dtype) => networkFiles(dtype).every((file) => names.includes(file)));
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}

interface ModelConfig {
  readonly model_type?: string;
  readonly is_multilingual?: boolean;
  readonly lang_to_id?: Readonly<Record<string, number>>;
  readonly no_timestamps_token_id?: number;
}

async function readJson(path: string): Promise<ModelConfig> {
  const text = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) throw new InputError(`${path}: missing; Whisper's weights need it`);
    throw error;
  });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below, with what else is no object.
  }
  throw new InputError(`${path}: holds no JSON object; get the file again`);
}

const LFS_STAND_IN = "version https://git-lfs";

async function sha256(folder: string, file: string, dtype: Dtype): Promise<string> {
  const path = join(folder, file);
  const hash = createHash("sha256");
  let first: string | null = null;
  let open: Deno.FsFile;
  try {
    open = await Deno.open(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const held = await dtypesIn(folder);
    const remedy = !file.startsWith("onnx/") || held.length === 0
      ? "Whisper's weights need it"
      : `this folder holds --dtype ${held.join(", ")}`;
    throw new InputError(`${path}: missing for --dtype ${dtype}; ${remedy}`);
  }
  for await (const chunk of open.readable) {
    first ??= new TextDecoder().decode(chunk.subarray(0, LFS_STAND_IN.length));
    hash.update(chunk);
  }
  if (first === LFS_STAND_IN) throw new InputError(`${path}: is a stand-in of Git LFS; run git lfs pull`);
  return hash.digest("hex");
}
