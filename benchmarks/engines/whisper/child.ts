/**
 * Whisper in a process of its own: `deno run --config deno.json child.ts START`, START being a WhisperStart as JSON. Takes
 * recordings on standard input and answers with WhisperEvents, a line of JSON each; see protocol.ts. Ends when standard
 * input does, at once, so that nothing is left running where the parent was killed.
 */
import process from "node:process";
import { basename, dirname } from "node:path";
import type { Segment } from "../engine.ts";
import { readRequests, type WhisperEvent, type WhisperStart } from "./protocol.ts";
import { readWindow, SAMPLE_RATE, WINDOW_SAMPLES } from "./windows.ts";

/** What is used of @huggingface/transformers, which the project's own configuration does not know: it would be fetched. */
interface Transformers {
  readonly env: {
    readonly version: string;
    readonly backends: { readonly onnx: { readonly versions: { readonly node: string } } };
    allowRemoteModels: boolean;
    localModelPath: string;
    useFSCache: boolean;
  };
  readonly WhisperForConditionalGeneration: Loader<Model>;
  readonly AutoTokenizer: Loader<Tokenizer>;
  readonly AutoProcessor: Loader<(audio: Float32Array) => Promise<{ readonly input_features: unknown }>>;
}

interface Loader<T> {
  from_pretrained(name: string, options?: Readonly<Record<string, unknown>>): Promise<T>;
}

interface Model {
  readonly generation_config: {
    readonly eos_token_id: number | number[];
    readonly no_timestamps_token_id: number;
    readonly max_length: number;
  };
  /** Token ids [1, length], the prompt among them. */
  generate(options: Readonly<Record<string, unknown>>): Promise<{ tolist(): bigint[][] }>;
}

interface Tokenizer {
  decode(tokens: readonly number[], options: { readonly skip_special_tokens: boolean }): string;
}

/** Named where it is imported only when it runs: a literal would make the project's own checks look for it. */
const PACKAGE = "@huggingface/transformers";

/** Greatest prompt: start, language, task, no timestamps. */
const PROMPT_TOKENS = 4;

const say = console.log;

function tell(event: WhisperEvent): void {
  say(JSON.stringify(event));
}

/** Loads the weights; the function transcribes one recording. */
async function load(
  start: WhisperStart,
  { env, WhisperForConditionalGeneration, AutoTokenizer, AutoProcessor }: Transformers,
): Promise<(audio: Float32Array) => Promise<{ text: string; segments: Segment[] | null }>> {
  env.allowRemoteModels = false;
  env.useFSCache = false;
  env.localModelPath = dirname(start.folder);
  const name = basename(start.folder);
  const model = await WhisperForConditionalGeneration.from_pretrained(name, {
    dtype: start.dtype,
    device: start.device,
    session_options: start.threads === null ? {} : { intraOpNumThreads: start.threads },
  });
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  const processor = await AutoProcessor.from_pretrained(name);
  const { eos_token_id, no_timestamps_token_id, max_length } = model.generation_config;
  const endOfText = Array.isArray(eos_token_id) ? eos_token_id[0] : eos_token_id;
  const timestampBegin = no_timestamps_token_id + 1;
  const task = start.language === null ? {} : { language: start.language, task: "transcribe" };

  const generate = async (window: Float32Array, options: Readonly<Record<string, unknown>>): Promise<number[]> => {
    const { input_features } = await processor(window);
    const output = await model.generate({ inputs: input_features, ...task, ...options });
    return output.tolist()[0].map(Number);
  };
  const textOf = (tokens: readonly number[]): string => tokenizer.decode(tokens, { skip_special_tokens: true });

  return async (audio) => {
    if (audio.length < MIN_SAMPLES) return { text: "", segments: start.times ? [] : null };
    if (!start.times && audio.length <= WINDOW_SAMPLES) {
      return { text: textOf(await generate(audio, {})).trim(), segments: null };
    }
    const segments: Segment[] = [];
    const heard: number[] = [];
    for (let from = 0; audio.length - from >= MIN_SAMPLES;) {
      const window = audio.subarray(from, from + WINDOW_SAMPLES);
      // An explicit limit also keeps transformers.js from a seek loop of its own, which would go on into the padding.
      const options = { return_timestamps: true, max_new_tokens: max_length - PROMPT_TOKENS };
      const tokens = await generate(window, options);
      const read = readWindow(tokens, endOfText, timestampBegin, from, window.length);
      for (const { start, end, tokens } of read.segments) {
        heard.push(...tokens);
        segments.push({ start, end, text: textOf(tokens).trim() });
      }
      from = read.next;
    }
    return { text: textOf(heard).trim(), segments: start.times ? segments : null };
  };
}

/** One frame of the log-mel spectrogram, 10 ms: less of a rest holds nothing to hear. */
const MIN_SAMPLES = SAMPLE_RATE / 100;

/**
 * Peak resident memory. Linux counts in what the parent held when it started this process; where that is all there is to
 * see, the greatest that was seen between recordings stands in.
 */
function peakMemory(): () => number {
  const atStart = process.resourceUsage().maxRSS * 1024; // /proc needs --allow-all
  let seen = 0;
  return () => {
    seen = Math.max(seen, Deno.memoryUsage().rss);
    const peak = process.resourceUsage().maxRSS * 1024;
    return peak > atStart ? peak : seen;
  };
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}

async function main(start: WhisperStart): Promise<void> {
  const peak = peakMemory();
  // Packages that chat must not do so between the answers.
  console.log = console.info = console.debug = console.error;
  for (const signal of Deno.build.os === "windows" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {}); // Ctrl-C reaches the whole group: the parent decides
  }
  const transformers: Transformers = await import(PACKAGE);
  const transcribe = await load(start, transformers);
  const { env } = transformers;
  tell({
    event: "ready",
    runtime: `transformers.js ${env.version}, onnxruntime-node ${env.backends.onnx.versions.node}`,
  });
  let work = Promise.resolve();
  for await (const audio of readRequests(Deno.stdin.readable)) {
    work = work.then(async () => {
      try {
        tell({ event: "transcript", ...await transcribe(audio), peakBytes: peak() });
      } catch (error) {
        tell({ event: "failed", reason: reasonOf(error) });
      }
    });
  }
}

if (import.meta.main) {
  try {
    await main(JSON.parse(Deno.args[0]));
  } catch (error) {
    tell({ event: "failed", reason: reasonOf(error) });
  }
  Deno.exit();
}
