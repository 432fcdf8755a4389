import { openGpu } from "../../kernels/gpu/mod.ts";
import { parameterCount } from "../../model/model.ts";
import { trainingHash } from "../../training/config.ts";
import { modelConfigOf } from "../../training/model_config.ts";
import { totalSteps, utteranceInfo } from "../../training/plan.ts";
import { adapterField } from "../harness/device.ts";
import { commandLine, describeMachine } from "../harness/environment.ts";
import { EXIT, UsageError } from "../harness/errors.ts";
import { makeFolder } from "../harness/folder.ts";
import { onInterrupt } from "../harness/interrupt.ts";
import { type Progress, stderrProgress } from "../harness/progress.ts";
import { DEFAULT_DATA_ROOT, PROJECT_ROOT } from "../harness/project.ts";
import { beginAnew, goOn } from "./begin.ts";
import { writeCurves } from "./curves.ts";
import { loadSpeech, type SpeechData } from "./data.ts";
import { readLog, resumeLog, startLog } from "./log.ts";
import { LOG_VERSION, type LogHeader } from "./log_schema.ts";
import { HELP, parseTrainOptions, type TrainOptions } from "./options.ts";
import { trainingProgress } from "./progress.ts";
import { train } from "./run.ts";

/** `deno task train`: returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const startedAt = new Date().toISOString();
  const given = await parseTrainOptions(args, Deno.env.get("SAMBA_DATA"));
  if (given === null) {
    console.log(HELP);
    return EXIT.done;
  }
  if (given.printConfig) {
    console.log(JSON.stringify(given.config, null, 2));
    return EXIT.done;
  }
  const interruption = onInterrupt();
  const progress = stderrProgress();
  try {
    return await trainIn(await makeFolder(given.out), given, args, startedAt, progress, interruption.signal);
  } finally {
    progress.status("");
    interruption.release();
  }
}

async function trainIn(
  folder: string,
  { config, dataRoot, gpu: backend, resume, overwrite, init }: TrainOptions,
  args: readonly string[],
  startedAt: string,
  progress: Progress,
  interrupt: AbortSignal,
): Promise<number> {
  if (!resume && !overwrite && await readLog(folder) !== null) {
    throw new UsageError(
      `--out ${folder}: holds a run; go on with it by --resume, begin anew by --overwrite, or give another folder`,
    );
  }
  const modelConfig = modelConfigOf(config, "config");
  using gpu = await openGpu(backend);
  using _all = gpu.scope();
  const data = await loadSpeech(
    config.data,
    dataRoot ?? DEFAULT_DATA_ROOT,
    modelConfig.vocabulary,
    (done, total) => progress.status(`reading audio ${done}/${total}`),
  );
  for (const note of data.notes) progress.line(note);
  const hash = await trainingHash(config);
  const steps = totalSteps(data.train.map(utteranceInfo), config);
  if (steps === 0) throw new UsageError("data.train: no utterance can be trained on: all are too short for their text");
  const machine = await describeMachine(PROJECT_ROOT);
  const command = commandLine("deno task train", args);
  const header: LogHeader = {
    kind: "header",
    schema_version: LOG_VERSION,
    command,
    started_at: startedAt,
    config,
    config_hash: hash,
    parameters: parameterCount(modelConfig).total,
    total_steps: steps,
    data: described(data),
    device: `${adapterField(gpu.adapter).description}${machine.driver ? `, driver ${machine.driver}` : ""}`,
  };
  const { trainer, state } = resume
    ? await goOn(gpu, config, modelConfig, data, hash, folder)
    : await beginAnew(gpu, config, modelConfig, data, hash, init);
  const log = resume ? await resumeLog(folder, header, trainer.step) : await startLog(folder, header);
  try {
    const code = await train({
      trainer,
      data,
      state,
      folder,
      log,
      shown: trainingProgress(progress, steps, config.losses.ctcWeight),
      say: (line) => progress.line(line),
      provenance: {
        command,
        git_commit: machine.git_commit ?? "unknown",
        device: header.device,
        data_sha256: data.sha256,
        training_config: JSON.stringify(config),
        training_config_hash: hash,
        ...(init === null ? {} : { init }),
      },
      interrupt,
    });
    await writeCurves(folder);
    progress.line(folder);
    return code;
  } finally {
    log.close();
  }
}

function described({ train, dev, skipped, sha256 }: SpeechData): LogHeader["data"] {
  const seconds = (of: SpeechData["train"]) => of.reduce((sum, { samples }) => sum + samples.length, 0) / 16000;
  return {
    sha256,
    train_utterances: train.length,
    train_seconds: seconds(train),
    dev_utterances: dev.length,
    dev_seconds: seconds(dev),
    skipped: { ...skipped },
  };
}
