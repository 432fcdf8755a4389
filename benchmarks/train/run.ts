import { join } from "node:path";
import { readStatus } from "../../kernels/optimizer/status.ts";
import { saveModel } from "../../model/weights.ts";
import { assemble } from "../../training/batch.ts";
import { checkpointPath, loadCheckpoint, saveCheckpoint } from "../../training/checkpoint.ts";
import { planEpoch, totalSteps, utteranceInfo } from "../../training/plan.ts";
import { learningRate } from "../../training/schedule.ts";
import { fetchFigures, HISTORY_STEPS, type StepFigures, type Trainer, trainStep } from "../../training/trainer.ts";
import { EXIT } from "../harness/errors.ts";
import type { SpeechData } from "./data.ts";
import { type DevResult, evaluateDev, sentence } from "./evaluate.ts";
import type { OpenLog } from "./log.ts";
import type { LogLine } from "./log_schema.ts";
import type { TrainingProgress } from "./progress.ts";
import type { RunState } from "./state.ts";

/** Where the best weights go, in the form that `eval --weights` reads. */
export const MODEL_FILE = "model.safetensors";

/** Seconds after which figures are fetched and shown, however few the steps. */
const SHOWN_EVERY_SECONDS = 2;

/** Everything a run works with. */
export interface Run {
  readonly trainer: Trainer;
  readonly data: SpeechData;
  readonly state: RunState;
  readonly folder: string;
  readonly log: OpenLog;
  readonly shown: TrainingProgress;
  readonly say: (line: string) => void;
  readonly provenance: Readonly<Record<string, string>>;
  readonly interrupt: AbortSignal;
}

/** Trains from where the state is to the end of the schedule; returns the exit code. */
export async function train(run: Run): Promise<number> {
  const { trainer, data, state, interrupt, log } = run;
  const { config, gpu, model } = trainer;
  const infos = data.train.map(utteranceInfo);
  const steps = totalSteps(infos, config);
  const clock = startClock(state.elapsedSeconds);
  const figures = new Figures(run, clock);
  let saved = performance.now();
  const save = async (name: "last" | "best") => {
    await checkpoint(run, name, clock());
    if (name === "last") saved = performance.now();
  };
  const end = async (reason: Extract<LogLine, { kind: "end" }>["reason"], code: number) => {
    await figures.fetch();
    await save("last");
    log.append({ kind: "end", step: trainer.step, reason, elapsed_seconds: clock() });
    return code;
  };

  for (let epoch = 0, first = 0; trainer.step < steps; epoch++) {
    const { batches } = planEpoch(infos, config, epoch);
    const next = first + batches.length;
    for (let i = trainer.step - first; i < batches.length && trainer.step < steps; i++) {
      if (interrupt.aborted) return await end("interrupted", EXIT.interrupted);
      const batch = assemble(batches[i], data.train, model.config.vocabulary, config.regularization.tokenNoise);
      const rate = learningRate(trainer.step, steps, config);
      trainStep(trainer, batch, rate);
      gpu.flush();
      state.audioSeconds += batch.audioSeconds;
      await figures.after(epoch, rate);
      if (state.skipped > config.limits.skippedSteps) {
        await end("too many skipped steps", EXIT.notMeasured);
        run.say(
          `${state.skipped} steps had a loss or gradient that is not finite, more than limits.skippedSteps; ` +
            `the last good weights are in ${run.folder}: try a lower optimizer.learningRate`,
        );
        return EXIT.notMeasured;
      }
      const { everySteps = Infinity, everySeconds = Infinity } = config.checkpoint;
      if (trainer.step % everySteps === 0 || performance.now() - saved >= 1000 * everySeconds) await save("last");
    }
    first = next;
    const evaluated = (epoch + 1) % config.evaluation.everyEpochs === 0 || trainer.step >= steps;
    // An epoch that was ended before an interruption was evaluated then.
    if (evaluated && trainer.step === Math.min(next, steps) && state.evaluatedStep < trainer.step) {
      await figures.fetch();
      if (await evaluate(run, epoch, clock)) await save("best");
      if (interrupt.aborted) return await end("interrupted", EXIT.interrupted);
      await save("last");
    }
  }
  return await end("done", EXIT.done);
}

/** Fetches the figures of steps now and then, writes them to the log and shows them. */
class Figures {
  readonly #run: Run;
  readonly #clock: () => number;
  #fetched = performance.now();
  #epoch = 0;
  #rate = 0;

  constructor(run: Run, clock: () => number) {
    this.#run = run;
    this.#clock = clock;
  }

  /** To be called after each step. */
  async after(epoch: number, rate: number): Promise<void> {
    [this.#epoch, this.#rate] = [epoch, rate];
    const due = performance.now() - this.#fetched >= 1000 * SHOWN_EVERY_SECONDS;
    if (due || this.#run.trainer.pending >= HISTORY_STEPS / 2) await this.fetch();
  }

  /** Of all steps since the last time. */
  async fetch(): Promise<void> {
    const { trainer, state, log, shown, say } = this.#run;
    if (trainer.pending === 0) return;
    const begin = trainer.step - trainer.pending;
    const figures = await fetchFigures(trainer);
    this.#fetched = performance.now();
    figures.forEach(({ applied, norm }, i) => {
      if (applied) return;
      state.skipped++;
      say(`step ${begin + i + 1} skipped: its loss or gradient is not finite (norm ${norm})`);
    });
    const kept = figures.filter(({ applied }) => applied);
    const line = {
      kind: "steps",
      step: trainer.step,
      epoch: this.#epoch,
      learning_rate: this.#rate,
      ctc_loss: meanOf(kept, ({ ctc }) => ctc),
      ce_loss: meanOf(kept, ({ decoder }) => decoder),
      gradient_norm: meanOf(kept, ({ norm }) => norm),
      skipped: state.skipped,
      audio_seconds: state.audioSeconds,
      elapsed_seconds: this.#clock(),
    } as const;
    log.append(line);
    shown.steps(line);
  }
}

function meanOf(figures: readonly StepFigures[], of: (figure: StepFigures) => number): number | null {
  const mean = figures.reduce((sum, figure) => sum + of(figure), 0) / figures.length;
  return Number.isFinite(mean) ? mean : null;
}

/** Seconds since the beginning, of which `before` were spent in earlier sessions. */
function startClock(before: number): () => number {
  const started = performance.now();
  return () => before + (performance.now() - started) / 1000;
}

/** Evaluates on the dev set; answers whether it is the best so far. */
async function evaluate(run: Run, epoch: number, clock: () => number): Promise<boolean> {
  const { trainer, data, state, log, shown, interrupt } = run;
  const { config, gpu, model, averaged } = trainer;
  if (data.dev.length === 0) {
    state.evaluatedStep = trainer.step;
    return true; // the last weights are as good as any known
  }
  const sentences = new Set(data.train.map(({ text }) => sentence(text)));
  const judged = config.optimizer.averageDecay > 0 ? averaged : model;
  const found: Partial<Record<"ctc" | "greedy", DevResult>> = {};
  for (const decoding of config.evaluation.decode) {
    found[decoding] = await evaluateDev(gpu, judged, data.dev, decoding, sentences, interrupt);
  }
  if (interrupt.aborted) return false;
  state.evaluatedStep = trainer.step;
  const line = {
    kind: "dev",
    step: trainer.step,
    epoch,
    wer_ctc: found.ctc?.wer ?? null,
    wer_greedy: found.greedy?.wer ?? null,
    elapsed_seconds: clock(),
  } as const;
  log.append(line);
  shown.dev(line);
  const wers = Object.values(found).map(({ wer }) => wer);
  const wer = wers.reduce((sum, wer) => sum + wer, 0) / wers.length;
  if (state.best !== null && wer >= state.best.wer) return false;
  state.best = { wer, step: trainer.step };
  return true;
}

/** Writes a checkpoint; with the best one, the model as well. */
async function checkpoint(run: Run, name: "last" | "best", elapsedSeconds: number): Promise<void> {
  const { trainer: { gpu, arena, status, step, config, model, averaged }, state, folder, provenance } = run;
  const { applied, skipped } = await readStatus(gpu, status);
  const { weights, first, second, average } = arena;
  const tensors = new Map(
    await Promise.all(
      Object.entries({ weights, first, second, average }).map(async ([key, x]) => [key, await gpu.read(x)] as const),
    ),
  );
  const position = { ...state, step, applied, skipped, elapsedSeconds };
  await saveCheckpoint(checkpointPath(folder, name), { tensors, state: position });
  if (name !== "best") return;
  const judged = config.optimizer.averageDecay > 0 ? averaged : model;
  const told = { ...provenance, steps: `${step}`, dev_wer: state.best ? `${state.best.wer}` : "none" };
  await saveModel(gpu, judged, join(folder, MODEL_FILE), { type: "F16", provenance: told });
}
