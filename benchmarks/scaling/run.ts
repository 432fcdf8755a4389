import { join } from "node:path";
import type { AdapterDescription } from "../../kernels/gpu/mod.ts";
import type { ScalingReport } from "../../reports/schema.ts";
import { writeReport } from "../../reports/write.ts";
import type { Machine } from "../harness/environment.ts";
import { EXIT, UsageError } from "../harness/errors.ts";
import { prepareAudio, type PreparedAudio } from "./audio.ts";
import { scalingMaterial } from "./material.ts";
import { isFinal, type Measured, measurePoints, type World } from "./measure.ts";
import type { Options } from "./options.ts";
import { reportOf } from "./report.ts";
import { holdsRun, openLog, type PointRecord, readRun, type Run, type RunIdentity } from "./store.ts";
import { type PreparedWeights, prepareWeights } from "./weights.ts";

/** What the benchmark is told of its surroundings; tests give others. */
export interface Surroundings extends World {
  readonly command: string;
  /** The program that looks at trained weights. */
  readonly weightsScript: string;
  readonly startedAt: string;
  readonly adapter: AdapterDescription;
  readonly machine: () => Promise<Machine>;
}

/** What came of it. */
export interface Outcome {
  readonly exitCode: number;
  /** Null where not one point was finished. */
  readonly report: ScalingReport | null;
  /** The files of the report. */
  readonly paths: readonly string[];
  /** One line for standard error where it is not simply done. */
  readonly problem: string | null;
}

/**
 * The whole benchmark: makes the audio, measures, and writes the report into `options.out`, a folder that exists. Throws
 * UsageError where options, data or a resumed run do not fit. What was measured is never lost: it is on disk as soon as a
 * point is finished, and the report of an interrupted run has it.
 */
export async function benchmark(options: Options, surroundings: Surroundings): Promise<Outcome> {
  const { progress, interrupt, startedAt } = surroundings;
  const folder = options.out;
  const dataRoot = options.dataRoot === null ? null : await dataFolder(options.dataRoot);
  const identity: RunIdentity = {
    preset: options.preset,
    seed: options.seed,
    gpu: options.gpu,
    adapter: surroundings.adapter,
    dataRoot,
  };
  const replaced = !options.resume && await holdsRun(folder);
  const past = options.resume ? await readRun(folder, identity) : { startedAt, records: [] };
  const { weightsScript } = surroundings;
  const weights = await prepareWeights(weightsScript, options, progress, interrupt);
  if (weights !== null) requireSameWeights(options, weights, past);
  const audio = weights === null ? null : await prepareAudio(
    { folder, minutes: options.minutes, seed: options.seed, dataRoot, reuse: options.resume },
    ({ minutes, source }) => progress.status(`audio of ${minutes} min: ${source}`),
    interrupt,
  );
  if (audio !== null && replaced) progress.line(`replacing the run in ${folder} (--resume would go on with it)`);
  const { records, unusable } = audio === null || weights === null
    ? { records: past.records, unusable: null }
    : await measured(options, surroundings, audio, weights, identity, past);
  const stopped = interrupt.aborted || audio === null;
  if (!options.keepAudio && !stopped) await Deno.remove(join(folder, "audio"), { recursive: true });
  if (records.length === 0) {
    const exitCode = stopped ? EXIT.interrupted : EXIT.notMeasured;
    return { exitCode, report: null, paths: [], problem: "interrupted before the first point was finished" };
  }
  progress.status("writing the report");
  const report = reportOf(records, options, {
    command: surroundings.command,
    startedAt: past.startedAt,
    machine: await surroundings.machine(),
    adapter: surroundings.adapter,
    source: dataRoot === null ? "generated" : "stitched",
    interrupted: stopped,
  });
  const paths = await writeReport(report, folder);
  progress.status("");
  if (stopped) {
    const problem = "interrupted: the report holds what was measured until then; go on with --resume";
    return { exitCode: EXIT.interrupted, report, paths, problem };
  }
  const anything = report.rows.some(({ status }) => status === "ok");
  const ok = unusable === null && anything;
  const reason = unusable !== null
    ? `${unusable}; \`deno task doctor\` looks at the adapter`
    : report.rows.find(({ status }) => status === "failed")?.reason ?? report.rows[0].reason;
  return {
    exitCode: ok ? EXIT.done : EXIT.notMeasured,
    report,
    paths,
    problem: ok ? null : `no point could be measured${anything ? " on the adapter" : ""}: ${reason}`,
  };
}

/** Measures, on the same audio as `past` did, and keeps every point on disk as soon as it is finished. */
async function measured(
  options: Options,
  surroundings: Surroundings,
  audio: ReadonlyMap<number, PreparedAudio>,
  weights: PreparedWeights,
  identity: RunIdentity,
  past: Run,
): Promise<Measured<PointRecord>> {
  for (const { row, audioSha256 } of past.records) {
    const now = audio.get(row.minutes);
    if (now !== undefined && now.sha256 !== audioSha256) {
      throw new UsageError(
        `--resume: the audio of ${row.minutes} min is not what the run in ${options.out} measured; ` +
          "give it the same data, or begin anew without --resume",
      );
    }
  }
  const log = await openLog(options.out, identity, past);
  try {
    const material = scalingMaterial(options, audio, weights);
    return await measurePoints(options, surroundings, material, past.records, log.append);
  } finally {
    log.close();
  }
}

/** A point measured with other weights is not this run's. */
function requireSameWeights(options: Options, { trained, missing }: PreparedWeights, past: Run): void {
  for (const { row, ready } of past.records.filter(isFinal)) {
    const engine = options.engines.find((name) => name === row.engine);
    // Where the weights are not to be had now, nothing more is measured with them.
    if (ready === null || engine === undefined || missing.has(engine)) continue;
    const [was, is] = [ready.weights, trained.get(engine) ?? null];
    if (was?.sha256 === is?.sha256) continue;
    throw new UsageError(
      `--resume: the run in ${options.out} has ${engine} with ${was?.name ?? "random weights"}, ` +
        `not ${is === null ? "random weights" : is.name === was?.name ? "other weights of that name" : is.name}; ` +
        "give it the same, or begin anew without --resume",
    );
  }
}

/** The real path of the data's folder. Throws UsageError where it is none, or this user may not list it. */
async function dataFolder(path: string): Promise<string> {
  try {
    const folder = await Deno.realPath(path);
    for await (const _ of Deno.readDir(folder)) break;
    return folder;
  } catch (error) {
    const message = error instanceof Error ? error.message.split("\n")[0] : String(error);
    const reason = error instanceof Deno.errors.NotFound
      ? "no such folder"
      : error instanceof Deno.errors.NotADirectory
      ? "is a file"
      : `cannot be read (${error instanceof Deno.errors.NotCapable ? "Deno allows no reading there" : message})`;
    throw new UsageError(`--data-root ${path}: ${reason}; give the folder that holds LibriSpeech`);
  }
}
