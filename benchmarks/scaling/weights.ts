import { join } from "node:path";
import { CONFIG } from "../engines/whisper/packages.ts";
import { allowing, lastWords, runChild } from "../harness/child.ts";
import { DEFAULT_DATA_ROOT } from "../harness/project.ts";
import { UsageError } from "../harness/errors.ts";
import type { Progress } from "../harness/progress.ts";
import { denoCommand } from "../harness/spawn.ts";
import type { Options } from "./options.ts";
import type { EngineName, Weights } from "./protocol.ts";

/** Engine to its trained weights as a user names them: a path, or of whisper's `REPO@COMMIT` of the Hugging Face hub. */
export type WeightsNamed = Readonly<Partial<Record<EngineName, string>>>;

/** What prepare_weights.ts is to look at. */
export interface WeightsRequest {
  readonly engine: EngineName;
  readonly weights: string;
  /** Folder for weights of the hub. */
  readonly models: string;
}

/** What prepare_weights.ts says, a line of JSON each. */
export type WeightsEvent =
  | { readonly event: "notice"; readonly line: string }
  | { readonly event: "status"; readonly text: string }
  | { readonly event: "weights" } & Weights
  /** They are not what the engine can run. */
  | { readonly event: "refused"; readonly reason: string }
  /** They may be right, but what runs them is not to be had on this machine. */
  | { readonly event: "unavailable"; readonly reason: string };

/** Trained weights of those engines that have them, and why others cannot be measured, one line each. */
export interface PreparedWeights {
  readonly trained: ReadonlyMap<EngineName, Weights>;
  readonly missing: ReadonlyMap<EngineName, string>;
}

/** How to get Whisper's weights. */
const NO_WHISPER = "no weights; give --weights whisper=FOLDER (ONNX, as @huggingface/transformers reads it), or " +
  "--weights whisper=REPO@COMMIT to fetch them from the Hugging Face hub, such as onnx-community/whisper-base@main";

/** The folder under which weights of the hub are kept. */
function modelsIn(dataRoot: string | null): string {
  return join(dataRoot ?? DEFAULT_DATA_ROOT, "models");
}

/**
 * A folder with Whisper's weights in a data folder, null its default one: `whisper/whisper-base`, else the first
 * `models/OWNER/NAME/COMMIT` by name that is Whisper's; null where there is none.
 */
export async function findWhisper(dataRoot: string | null): Promise<string | null> {
  const usual = join(dataRoot ?? DEFAULT_DATA_ROOT, "whisper/whisper-base");
  if (await isWhisper(usual)) return usual;
  for (const owner of await foldersIn(modelsIn(dataRoot))) {
    for (const name of await foldersIn(owner)) {
      for (const commit of await foldersIn(name)) if (await isWhisper(commit)) return commit;
    }
  }
  return null;
}

async function isWhisper(folder: string): Promise<boolean> {
  try {
    const config: unknown = JSON.parse(await Deno.readTextFile(join(folder, "config.json")));
    return (config as { model_type?: unknown } | null)?.model_type === "whisper";
  } catch {
    return false; // what is damaged is for whoever names it
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isFile }) => !isFile).map(({ name }) => join(folder, name)).sort();
  } catch {
    return [];
  }
}

/**
 * Looks at the weights of each engine, each in a process of its own, which also fetches what is named at the hub and what
 * runs Whisper. Null when interrupted. Throws UsageError where weights that were named will not do.
 *
 * @param script The program that looks: prepare_weights.ts, or a stand-in for it in tests.
 */
export async function prepareWeights(
  script: string,
  { engines, weights, foundWhisper, dataRoot }: Pick<Options, "engines" | "weights" | "foundWhisper" | "dataRoot">,
  progress: Progress,
  interrupt: AbortSignal,
): Promise<PreparedWeights | null> {
  const trained = new Map<EngineName, Weights>();
  const missing = new Map<EngineName, string>();
  for (const engine of engines) {
    const named = weights[engine] ?? null;
    const source = named ?? (engine === "whisper" ? foundWhisper : null);
    if (source === null) {
      if (engine === "whisper") missing.set(engine, NO_WHISPER);
      continue;
    }
    const said = await look(script, { engine, weights: source, models: modelsIn(dataRoot) }, progress, interrupt);
    if (said === null) return null;
    if (said.event === "weights") {
      trained.set(engine, { path: said.path, name: said.name, sha256: said.sha256 });
    } else if (said.event === "refused" && named !== null) {
      throw new UsageError(said.reason.startsWith("--weights") ? said.reason : `--weights: ${said.reason}`);
    } else {
      missing.set(engine, said.reason);
    }
  }
  return { trained, missing };
}

type Answer = Exclude<WeightsEvent, { readonly event: "notice" | "status" }>;

async function look(
  script: string,
  request: WeightsRequest,
  progress: Progress,
  interrupt: AbortSignal,
): Promise<Answer | null> {
  let answer: Answer | null = null;
  progress.status(`weights of ${request.engine}`);
  const end = await runChild(
    script,
    await permissionsFor(request),
    JSON.stringify(request),
    (line) => {
      const event = line.startsWith("{") ? JSON.parse(line) as WeightsEvent : null;
      if (event?.event === "notice") progress.line(event.line);
      else if (event?.event === "status") progress.status(event.text);
      else if (event !== null) answer = event;
    },
    24 * 3600,
    interrupt,
  );
  if (end.stopped === "interrupt" || end.signal === "SIGINT") return null;
  const words = lastWords(end) ?? `exit code ${end.code}`;
  return answer ?? { event: "unavailable", reason: `${request.weights}: cannot be looked at: ${words}` };
}

async function permissionsFor({ engine, weights, models }: WeightsRequest): Promise<string[]> {
  if (engine !== "whisper") return [allowing("read", [weights])];
  const target = await Deno.realPath(weights).catch(() => null);
  if (target !== null || !weights.includes("@")) {
    return whisperPermissions([weights, ...(target === null ? [] : [target])]);
  }
  // The hub sends whoever asks for a large file on to hosts of other names.
  const fromHub = [allowing("write", [models]), "--allow-net", "--allow-env=HF_TOKEN,HF_ENDPOINT"];
  return [...whisperPermissions([weights, models]), ...fromHub];
}

/** Permissions of a process that starts Whisper: `paths` are what it reads; what it starts has its own. */
export function whisperPermissions(paths: readonly string[]): string[] {
  return [allowing("read", [...paths, CONFIG]), `--allow-run=${denoCommand().replaceAll(",", ",,")}`];
}
