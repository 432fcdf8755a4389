import { datasetNamed, findDataset, openCorpus } from "../../datasets/registry.ts";
import type { Corpus, DatasetEntry } from "../../datasets/corpus.ts";
import { evalSummary } from "../../reports/eval_terminal.ts";
import { get } from "../datasets/get.ts";
import { openEngine, withWeights } from "../engines/choice.ts";
import { commandLine } from "../harness/environment.ts";
import { DEFAULT_DATA_ROOT } from "../harness/project.ts";
import { EXIT } from "../harness/errors.ts";
import { makeFolder } from "../harness/folder.ts";
import { onInterrupt } from "../harness/interrupt.ts";
import { nvidiaMemory, watchPeak } from "../harness/outside_memory.ts";
import { type Progress, stderrProgress } from "../harness/progress.ts";
import { describeEnvironment } from "./environment.ts";
import { type EvalOptions, HELP, parseEvalOptions } from "./options.ts";
import { begin, finish } from "./run.ts";

/** Milliseconds between two looks at the device's memory. */
const PAUSE_MS = 500;

/** `deno task eval`: returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const startedAt = new Date().toISOString();
  const given = parseEvalOptions(args, Deno.env.get("SAMBA_DATA"));
  if (given === null) {
    console.log(HELP);
    return EXIT.done;
  }
  const interruption = onInterrupt();
  const progress = stderrProgress();
  try {
    const dataRoot = given.dataRoot ?? DEFAULT_DATA_ROOT;
    const choice = await withWeights(given.engine);
    const corpus = await findOrGet(datasetNamed(given.dataset), dataRoot, given, progress, interruption.signal);
    const options = { ...given, engine: choice, out: await makeFolder(given.out) };
    progress.status(`loading ${options.engine.engine}`);
    await using engine = await openEngine(options.engine, {
      dataRoot,
      times: false,
      notice: (line) => progress.line(line),
      hubEndpoint: Deno.env.get("HF_ENDPOINT") || undefined,
      hubToken: Deno.env.get("HF_TOKEN") || undefined,
    });
    const watch = await nvidiaMemory() === null ? null : await watchPeak(nvidiaMemory, PAUSE_MS);
    const outcome = await finish(options, corpus, engine, await begin(options, corpus, engine), {
      environment: (engine) => describeEnvironment(engine, commandLine("deno task eval", args), startedAt),
      deviceMemory: async () => watch === null ? null : await watch.stop(),
      progress,
      interrupt: interruption.signal,
    });
    if (outcome.report !== null) {
      console.log(given.json ? JSON.stringify(outcome.report, null, 2) : evalSummary(outcome.report));
      if (!given.json) console.log(`\n${outcome.paths.join("\n")}`);
    }
    if (outcome.problem !== null) console.error(outcome.problem);
    return outcome.exitCode;
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    progress.line("interrupted; what was downloaded or transcribed is kept");
    return EXIT.interrupted;
  } finally {
    progress.status("");
    interruption.release();
  }
}

/** The corpus as it lies under the data root, downloaded where it does not and may be. */
async function findOrGet(
  entry: DatasetEntry,
  dataRoot: string,
  { download }: EvalOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Corpus> {
  const there = await findDataset(entry, dataRoot).catch(() => null);
  const canGet = entry.gated === null && entry.files.length > 0;
  if (there === null && download && canGet) {
    progress.line(`${entry.id} is not under ${dataRoot}: downloading it (--data-root names a local copy)`);
    await Deno.mkdir(dataRoot, { recursive: true });
    const hub = () => ({ token: undefined, endpoint: undefined }); // no set that anyone may download is on the hub
    await get(entry, dataRoot, hub, progress, { signal });
  }
  progress.status(`reading ${entry.id}`);
  return await openCorpus(entry, dataRoot);
}
