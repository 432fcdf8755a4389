import { join } from "node:path";
import type { BackendName } from "../../kernels/gpu/mod.ts";
import { oneOf, pathOf, positive, TEXT, whole } from "../harness/arguments.ts";
import { UsageError } from "../harness/errors.ts";
import type { Engine } from "./engine.ts";

/** Engines of `eval` and `transcribe`. */
export const ENGINE_NAMES = ["samba", "transformer", "whisper", "command"] as const;
export type EngineName = typeof ENGINE_NAMES[number];

/** How text is found in what a model of this suite gives. */
export const DECODINGS = ["ctc", "ctc-beam", "greedy", "beam", "joint"] as const;
export type DecodingName = typeof DECODINGS[number];

/** The part of a command line that chooses an engine, for `parsedArguments`. */
export const ENGINE_OPTIONS = {
  engine: TEXT,
  weights: TEXT,
  decode: TEXT,
  beam: TEXT,
  lm: TEXT,
  "lm-weight": TEXT,
  "word-bonus": TEXT,
  "ctc-weight": TEXT,
  "length-penalty": TEXT,
  batch: TEXT,
  gpu: TEXT,
  device: TEXT,
  dtype: TEXT,
  language: TEXT,
  threads: TEXT,
  command: TEXT,
  timeout: TEXT,
} as const;

/** The same for `--help`. */
export const ENGINE_HELP = `  --engine NAME         ${ENGINE_NAMES.join(", ")} (default: samba)
  --weights PATH        samba, transformer: a safetensors file of this suite, such as DIR/model.safetensors of \`train\`
                        (default: what the suite ships for the engine, in models); whisper: a folder in the layout that
                        @huggingface/transformers reads, or REPO@COMMIT of the Hugging Face hub

samba and transformer:
  --decode NAME         ctc: the CTC head's likeliest labels (default); ctc-beam: prefix beam search; greedy, beam: the
                        decoder; joint: beam search scored by decoder and CTC together
  --beam N              hypotheses kept (default: 16 for ctc-beam, else 8)
  --lm FILE             word n-gram model in ARPA format, plain or gzip, for the three searches
  --lm-weight X         its weight (default: 0.5)      --word-bonus X      added for each word (default: 1)
  --ctc-weight X        CTC's share in joint (0.3)     --length-penalty X  exponent of the length (default: 1)
  --batch N             most recordings at once (default: 8; 1 on an adapter that computes in software)
  --gpu deno|dawn       WebGPU implementation (default: deno)

whisper:
  --device cpu|webgpu   (default: cpu)                 --dtype NAME        fp32, fp16, q8, q4, … (default: the most
                                                                           faithful there)
  --language CODE       (default: en)                  --threads N         (default: one a core)

command:
  --command TEMPLATE    any program, such as 'whisper-cli -nt -f {wav}'; {wav} is a 16-bit 16 kHz mono WAV, and its
                        standard output is the text, or the file {out} if the template names that
  --timeout SECONDS     for one recording (default: 600)`;

/** An engine as the command line asks for it. */
export interface EngineChoice {
  readonly engine: EngineName;
  /** null: those that the suite ships for the engine (which `withWeights` finds), or the engine has none. */
  readonly weights: string | null;
  readonly decode: DecodingName;
  /** null: the default of the decoding. */
  readonly beam: number | null;
  readonly languageModel: string | null;
  readonly languageModelWeight: number;
  readonly wordBonus: number;
  readonly ctcWeight: number;
  readonly lengthPenalty: number;
  /** null: the default of the adapter. */
  readonly batch: number | null;
  readonly gpu: BackendName;
  readonly device: "cpu" | "webgpu";
  readonly dtype: string | null;
  readonly language: string;
  readonly threads: number | null;
  readonly command: string | null;
  readonly timeoutSeconds: number;
}

type Values = { readonly [name in keyof typeof ENGINE_OPTIONS]?: string };

/** Options that belong to some engines only; given with another they would do nothing, which nobody means. */
const BELONGS: readonly (readonly [engines: readonly EngineName[], options: readonly (keyof Values)[]])[] = [
  [["samba", "transformer"], [
    "decode",
    "beam",
    "lm",
    "lm-weight",
    "word-bonus",
    "ctc-weight",
    "length-penalty",
    "batch",
    "gpu",
  ]],
  [["whisper"], ["device", "dtype", "language", "threads"]],
  [["command"], ["command", "timeout"]],
  [["samba", "transformer", "whisper"], ["weights"]],
];

/** The same of decodings. */
const SEARCHES: readonly (readonly [option: keyof Values, decodings: readonly DecodingName[]])[] = [
  ["beam", ["ctc-beam", "beam", "joint"]],
  ["lm", ["ctc-beam", "beam", "joint"]],
  ["lm-weight", ["ctc-beam", "beam", "joint"]],
  ["word-bonus", ["ctc-beam", "beam", "joint"]],
  ["length-penalty", ["beam", "joint"]],
  ["ctc-weight", ["joint"]],
];

/** What was chosen. Throws UsageError where an option is wrong, belongs to another engine, or is missing. */
export function engineChoice(values: Values): EngineChoice {
  const engine = oneOf("engine", values.engine ?? "samba", ENGINE_NAMES);
  for (const [engines, options] of BELONGS) {
    const stray = engines.includes(engine) ? undefined : options.find((option) => values[option] !== undefined);
    if (stray) throw new UsageError(`--${stray}: belongs to --engine ${engines.join(" or ")}, not to ${engine}`);
  }
  const decode = oneOf("decode", values.decode ?? "ctc", DECODINGS);
  for (const [option, decodings] of SEARCHES) {
    if (values[option] === undefined || decodings.includes(decode)) continue;
    throw new UsageError(`--${option}: belongs to --decode ${decodings.join(" or ")}, not to ${decode}`);
  }
  const weights = pathOf("weights", values.weights, "file or folder") ?? null;
  if (weights === null && engine === "whisper") {
    throw new UsageError(
      "--engine whisper: needs --weights FOLDER, or --weights REPO@COMMIT of the Hugging Face hub",
    );
  }
  if (engine === "command" && values.command === undefined) {
    throw new UsageError("--engine command: needs --command 'PROGRAM … {wav}'");
  }
  const number = (option: "lm-weight" | "word-bonus" | "ctc-weight" | "length-penalty", otherwise: number) =>
    values[option] === undefined ? otherwise : numberOf(option, values[option]);
  return {
    engine,
    weights,
    decode,
    beam: values.beam === undefined ? null : whole("beam", values.beam, 1, 512),
    languageModel: pathOf("lm", values.lm, "file") ?? null,
    languageModelWeight: number("lm-weight", 0.5),
    wordBonus: number("word-bonus", 1),
    ctcWeight: number("ctc-weight", 0.3),
    lengthPenalty: number("length-penalty", 1),
    batch: values.batch === undefined ? null : whole("batch", values.batch, 1, 1024),
    gpu: oneOf("gpu", values.gpu ?? "deno", ["deno", "dawn"]),
    device: oneOf("device", values.device ?? "cpu", ["cpu", "webgpu"]),
    dtype: values.dtype ?? null,
    language: values.language ?? "en",
    threads: values.threads === undefined ? null : whole("threads", values.threads, 1, 1024),
    command: values.command ?? null,
    timeoutSeconds: values.timeout === undefined ? 600 : positive("timeout", values.timeout, 86400),
  };
}

/** A decimal number, negative or not. */
function numberOf(option: string, text: string): number {
  const value = /^-?(\d+(\.\d+)?|\.\d+)$/.test(text) ? Number(text) : NaN;
  if (!(Math.abs(value) <= 1000)) {
    throw new UsageError(`--${option}: ${JSON.stringify(text)} is no number from -1000 to 1000`);
  }
  return value;
}

/** What opening an engine needs of the outside. */
export interface EngineSurroundings {
  /** Where weights of the hub go. */
  readonly dataRoot: string;
  /** Whether segments with times are wanted. */
  readonly times: boolean;
  readonly notice: (line: string) => void;
  /** A mirror of the hub, and the token for it. */
  readonly hubEndpoint?: string | undefined;
  readonly hubToken?: string | undefined;
}

/**
 * The choice with the weights that the suite ships, where none were named. Refuses weights of this suite that are not there,
 * damaged or another family's: for before anything else is done, such as a download of data. `openEngine` takes what passed
 * it. Throws ConfigError and UsageError.
 */
export async function withWeights(choice: EngineChoice): Promise<EngineChoice> {
  const { engine } = choice;
  if (engine !== "samba" && engine !== "transformer") return choice;
  const [{ readConfig }, { shippedWeights }] = await Promise.all([
    import("../../model/weights.ts"),
    import("./shipped.ts"),
  ]);
  const weights = choice.weights ?? await shippedWeights(engine);
  const { family } = await readConfig(weights);
  if (family !== engine) throw new UsageError(`${weights}: holds a ${family} model; use --engine ${family}`);
  return { ...choice, weights };
}

/** Opens the engine. Each kind is loaded only when it is asked for. Throws what the engine's own opening does. */
export async function openEngine(choice: EngineChoice, surroundings: EngineSurroundings): Promise<Engine> {
  switch (choice.engine) {
    case "samba":
    case "transformer": {
      const [{ openOwn }, { decodingOf }] = await Promise.all([import("./own.ts"), import("./own_decoding.ts")]);
      const { options, settings } = await decodingOf(choice);
      return await openOwn({
        weights: choice.weights!,
        gpu: choice.gpu,
        decoding: options,
        settings,
        batch: choice.batch,
        times: surroundings.times,
      });
    }
    case "whisper": {
      const [{ openWhisper }, { DTYPES }] = await Promise.all([
        import("./whisper/whisper.ts"),
        import("./whisper/weights.ts"),
      ]);
      const { hubToken } = await import("../../datasets/download/hub.ts");
      return await openWhisper({
        weights: choice.weights!,
        device: choice.device,
        dtype: choice.dtype === null ? null : oneOf("dtype", choice.dtype, DTYPES),
        language: choice.language,
        times: surroundings.times,
        threads: choice.threads,
        hub: {
          models: join(surroundings.dataRoot, "models"),
          ...(surroundings.hubEndpoint === undefined ? {} : { endpoint: surroundings.hubEndpoint }),
          download: {
            onNote: surroundings.notice,
            ...(surroundings.hubToken ? { token: hubToken(surroundings.hubToken) } : {}),
          },
        },
        notice: surroundings.notice,
      });
    }
    case "command": {
      const { openCommand } = await import("./command.ts");
      return await openCommand({ template: choice.command!, timeoutSeconds: choice.timeoutSeconds });
    }
  }
}
