/**
 * The engine `whisper`: OpenAI's Whisper by onnxruntime and @huggingface/transformers, greedy, in a process of its own.
 *
 * Recordings of at most 30 s are one window without timestamps, unless times are asked for; that may change the text.
 * Longer ones go through 30 s windows one after another, as in OpenAI's own `transcribe.py` at temperature 0 and without
 * the text so far as a prompt: the timestamps say where the last whole segment of a window ends, and the next window starts
 * there. On 11 recordings of 23 to 109 s, stitched of LibriSpeech test-other (Whisper base, int8, `whisper-en-v1`), that gave
 * 11.3 % WER; transformers.js's own overlapping windows (30 s, 5 s of stride) 16.4 % in the same time, and 14.2 % with
 * timestamps in 1.6 times of it; windows cut every 30 s 16.9 %.
 *
 * There are no batches: transformers.js has none for Whisper, and the int8 weights take their scale from all that is in
 * one, so that a text would depend on its neighbours.
 */
import { fileURLToPath } from "node:url";
import { InputError } from "../../../datasets/errors.ts";
import { allowing } from "../../harness/child.ts";
import { NotMeasuredError, UsageError } from "../../harness/errors.ts";
import type { Engine, EngineIdentity } from "../engine.ts";
import { engineOver, NotReadyError } from "./engine_over.ts";
import { fetchWeights, type HubPlace, parseHubName } from "./hub.ts";
import { CONFIG, fetchPackages, packageFolder } from "./packages.ts";
import { startProcess } from "./process.ts";
import type { WhisperStart } from "./protocol.ts";
import { type Dtype, findWeights, type WhisperWeights } from "./weights.ts";

/** What the engine is made of. */
export interface WhisperOptions {
  /** A folder as @huggingface/transformers reads it, or `REPO@REVISION` of the Hugging Face hub. */
  readonly weights: string;
  readonly device: "cpu" | "webgpu";
  /** null takes the most faithful precision in the folder, and fp32 from the hub. */
  readonly dtype: Dtype | null;
  /** Code of the language that is spoken, such as `en`. */
  readonly language: string;
  /** Whether segments with times are wanted. */
  readonly times: boolean;
  /** Threads on the CPU; null leaves it to onnxruntime (one for each core). They change no text, so no identity holds them. */
  readonly threads: number | null;
  readonly hub: HubPlace;
  /** Is told, a line at a time, what takes a while. */
  readonly notice?: (line: string) => void;
}

/**
 * Starts Whisper and waits until its weights are loaded: `loadSeconds` is that, from the start of the process; fetching
 * packages and weights, and hashing them, comes before.
 *
 * Throws InputError or UsageError where the weights are not Whisper's, lack a file or do not load, or the language is not
 * theirs; NotMeasuredError where the packages cannot be fetched or there is no GPU.
 */
export async function openWhisper(options: WhisperOptions): Promise<Engine> {
  const weights = await findOrFetch(options);
  const language = languageOf(weights, options.language);
  await fetchPackages(options.notice ?? (() => {}));
  const start: WhisperStart = {
    folder: weights.folder,
    dtype: weights.dtype,
    device: options.device,
    language,
    times: options.times,
    threads: options.threads,
  };
  const args = await childArguments(start);
  const identityOf = (runtime: string): EngineIdentity => ({
    engine: "whisper",
    weights: { name: weights.name, sha256: weights.sha256 },
    settings: {
      runtime,
      device: options.device,
      dtype: weights.dtype,
      language: language ?? "en",
      task: "transcribe",
      decoding: "greedy",
      windows: "sequential, 30 s",
      times: options.times,
    },
  });
  try {
    return await engineOver(() => startProcess(args), identityOf, options.times);
  } catch (error) {
    if (error instanceof NotReadyError) throw refusal(error.message, start);
    throw error;
  }
}

async function findOrFetch({ weights, dtype, hub }: WhisperOptions): Promise<WhisperWeights> {
  if (parseHubName(weights) === null || await isFolder(weights)) return await findWeights(weights, dtype, null);
  // The precision must not hang on what happens to have been fetched.
  const { folder, name } = await fetchWeights(weights, dtype ?? "fp32", hub);
  return await findWeights(folder, dtype ?? "fp32", name);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    // Where nothing may be read, there is none for this program.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}

/** The language as the process takes it: null where the weights know English alone. */
function languageOf({ folder, languages }: WhisperWeights, language: string): string | null {
  if (languages.length === 0) {
    if (language === "en") return null;
    throw new UsageError(`--language ${language}: the weights of ${folder} know English alone`);
  }
  if (languages.includes(language)) return language;
  throw new UsageError(`--language ${language}: the weights of ${folder} do not know it; give a code such as en or de`);
}

async function childArguments(start: WhisperStart): Promise<string[]> {
  return [
    "run",
    "--quiet",
    "--no-prompt",
    "--cached-only",
    "--frozen",
    `--config=${CONFIG}`,
    allowing("read", [start.folder]),
    `--allow-ffi=${(await packageFolder()).replaceAll(",", ",,")}`,
    // What the packages insist on, while they load, to find their own libraries.
    "--allow-env=npm_package_config_libvips,ORT_DISABLE_TELEMETRY,MALLOC_ARENA_MAX",
    "--allow-sys=cpus,hostname,networkInterfaces,osRelease",
    fileURLToPath(new URL("./child.ts", import.meta.url)),
    JSON.stringify(start),
  ];
}

/** What a user can do where the weights do not load. */
function refusal(reason: string, { folder, dtype, device }: WhisperStart): Error {
  const short = reason.replace(/^.* was false\. /, ""); // onnxruntime begins with its source file and C++ types
  if (device === "webgpu" && /webgpu|adapter/i.test(reason)) {
    return new NotMeasuredError(`--device webgpu: onnxruntime finds no GPU that it can use (${short}); take cpu`);
  }
  return new InputError(`${folder}: the ${dtype} weights do not load (${short}); get them again or choose by --dtype`);
}
