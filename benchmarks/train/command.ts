import { formatBytes, type Gpu, openGpu } from "../../kernels/gpu/mod.ts";
import { parameterCount } from "../../model/model.ts";
import { checkpointPath } from "../../training/checkpoint.ts";
import { trainingHash } from "../../training/config.ts";
import { modelConfigOf } from "../../training/model_config.ts";
import { planEpoch, totalSteps, utteranceInfo } from "../../training/plan.ts";
import { adapterField } from "../harness/device.ts";
import { commandLine, describeMachine } from "../harness/environment.ts";
import { EXIT, UsageError } from "../harness/errors.ts";
import { makeFolder } from "../harness/folder.ts";
import { onInterrupt } from "../harness/interrupt.ts";
import { type Progress, stderrProgress } from "../harness/progress.ts";
import { DEFAULT_DATA_ROOT, PROJECT_ROOT } from "../harness/project.ts";
import { beginAnew, goOn, initOf } from "./begin.ts";
import { writeCurves } from "./curves.ts";
import { loadSpeech, type SpeechData } from "./data.ts";
import { readLog, requireSame, resumeLog, startLog } from "./log.ts";
import { LOG_VERSION, type LogHeader } from "./log_schema.ts";
import { freeMemory, requireMemory } from "./memory.ts";
import { HELP, parseTrainOptions, type TrainOptions } from "./options.ts";
import { trainingProgress } from "./progress.ts";
import { train } from "./run.ts";
import { clearFolder, clearRests, MODEL_FILE } from "./saving.ts";

/** `deno task train`: returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const options = await parseTrainOptions(args, Deno.env.get("SAMBA_DATA"));
  if (options === null) {
    console.log(HELP);
    return EXIT.done;
  }
  if (options.printConfig) {
    console.log(JSON.stringify(options.config, null, 2));
    return EXIT.done;
  }
  const interruption = onInterrupt();
  const progress = stderrProgress();
  try {
    return await trainAsAsked(options, commandLine("deno task train", args), progress, interruption.signal);
  } finally {
    progress.status("");
    interruption.release();
  }
}

/**
 * Trains in the folder of `--out`; `command` is for the records, `free` tells the device's free memory. Throws what ends a
 * command with one line.
 */
export async function trainAsAsked(
  { config, dataRoot, gpu: backend, resume, overwrite, init: given, out }: TrainOptions,
  command: string,
  progress: Progress,
  interrupt: AbortSignal,
  free: (gpu: Gpu) => Promise<number | null> = freeMemory,
): Promise<number> {
  const startedAt = new Date().toISOString();
  const folder = await makeFolder(out);
  const before = overwrite ? null : await readLog(folder);
  const isBegun = before !== null || !overwrite && await isThere(checkpointPath(folder, "last"));
  if (isBegun && !resume) {
    throw new UsageError(
      `--out ${folder}: holds a run; go on with it by --resume, begin anew by --overwrite, or give another folder`,
    );
  }
  const init = given === null ? before?.header.init ?? null : await initOf(given);
  const model = modelConfigOf(config, "config");
  using gpu = await openGpu(backend);
  using _all = gpu.scope();
  const data = await loadSpeech(
    config.data,
    dataRoot ?? DEFAULT_DATA_ROOT,
    model.vocabulary,
    (done, total) => progress.status(`reading audio ${done}/${total}`),
  );
  for (const note of data.notes) progress.line(note);
  const infos = data.train.map(utteranceInfo);
  const unplanned = leftOut(data, planEpoch(infos, config, 0));
  for (const { note } of unplanned) progress.line(note);
  const steps = totalSteps(infos, config);
  if (steps === 0) throw new UsageError("data.train: nothing is left to train on");
  const hash = await trainingHash(config);
  const machine = await describeMachine(PROJECT_ROOT);
  const header: LogHeader = {
    kind: "header",
    schema_version: LOG_VERSION,
    command,
    started_at: startedAt,
    config,
    config_hash: hash,
    parameters: parameterCount(model).total,
    total_steps: steps,
    data: described(data, Object.fromEntries(unplanned.map(({ reason, count }) => [reason, count]))),
    init,
    device: `${adapterField(gpu.adapter).description}${machine.driver ? `, driver ${machine.driver}` : ""}`,
  };
  if (before) requireSame(folder, before.header, header);
  const memory = requireMemory(gpu, config, model, infos, await free(gpu));
  progress.line(
    `${config.name}: ${header.parameters} weights, ${steps} steps that need up to ${formatBytes(memory.peak)} on ` +
      header.device,
  );

  // One that was killed before its first checkpoint has nothing to go on from but its first step.
  const goesOn = isBegun && (before?.lines.length !== 0 || await isThere(checkpointPath(folder, "last")));
  const { trainer, state } = goesOn
    ? await goOn(gpu, config, model, data, hash, folder)
    : await beginAnew(gpu, config, model, data, hash, init);
  // Only now, as the weights to begin with may lie there.
  await (overwrite ? clearFolder(folder) : clearRests(folder));
  const log = goesOn
    ? await resumeLog(folder, before, header, trainer.step, state.evaluatedStep)
    : await startLog(folder, header);
  try {
    const code = await train({
      trainer,
      steps,
      data,
      state,
      folder,
      log,
      memory,
      shown: trainingProgress(progress, steps, config.losses.ctcWeight),
      say: (line) => progress.line(line),
      provenance: {
        command: before?.header.command ?? command,
        git_commit: machine.git_commit ?? "unknown",
        device: header.device,
        data_sha256: data.sha256,
        training_config: JSON.stringify(config),
        training_config_hash: hash,
        ...(data.synthesised.length === 0 ? {} : { synthesised_speech: data.synthesised.join("; ") }),
        ...(init === null ? {} : { init_sha256: init.sha256 }),
      },
      interrupt,
    });
    // Whatever is wrong with a picture, the weights are there.
    await writeCurves(folder).catch((error: Error) => progress.line(`no curves are drawn: ${error.message}`));
    if (code === EXIT.interrupted) progress.line(`interrupted at step ${trainer.step}; go on with --resume`);
    progress.line(state.best || data.dev.length === 0 ? `${folder}: ${MODEL_FILE} holds the best weights` : folder);
    return code;
  } finally {
    log.close();
  }
}

interface LeftOut {
  readonly reason: string;
  readonly count: number;
  readonly note: string;
}

/** What no plan takes in, by reason, with a line that names the first. */
function leftOut({ train }: SpeechData, { tooShort, tooLong }: ReturnType<typeof planEpoch>): LeftOut[] {
  const reasons: [reason: string, indices: readonly number[]][] = [
    ["too short for its text", tooShort],
    ["longer than a batch", tooLong],
  ];
  return reasons.filter(([, indices]) => indices.length > 0).map(([reason, indices]) => ({
    reason,
    count: indices.length,
    note: `${indices.length} of ${train.length} utterances not trained on: ${reason}, first ${train[indices[0]].id}`,
  }));
}

function described(
  { train, dev, synthesised, skipped, sha256 }: SpeechData,
  more: Record<string, number>,
): LogHeader["data"] {
  const seconds = (of: SpeechData["train"]) => of.reduce((sum, { samples }) => sum + samples.length, 0) / 16000;
  return {
    sha256,
    train_utterances: train.length,
    train_seconds: seconds(train),
    dev_utterances: dev.length,
    dev_seconds: seconds(dev),
    synthesised: [...synthesised],
    skipped: { ...skipped, ...more },
  };
}

function isThere(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
