import { assemble } from "../../training/batch.ts";
import type { PlannedBatch } from "../../training/bucket.ts";
import { planEpoch, utteranceInfo } from "../../training/plan.ts";
import { learningRate } from "../../training/schedule.ts";
import { trainStep } from "../../training/trainer.ts";
import { EXIT } from "../harness/errors.ts";
import type { SpeechData } from "./data.ts";
import { type DevDecoding, type DevResult, evaluateDev, sentence } from "./evaluate.ts";
import { type FiguresOf, figuresOf } from "./figures.ts";
import type { LogLine } from "./log_schema.ts";
import { makeRoom, type MemoryBudget } from "./memory.ts";
import { judged, saveBest, type Saved, saveLast } from "./saving.ts";

/** Everything a run works with. */
export interface Run extends Saved, FiguresOf {
  readonly data: SpeechData;
  /** Of the whole run: `totalSteps`. */
  readonly steps: number;
  readonly memory: MemoryBudget;
  readonly interrupt: AbortSignal;
}

type EndReason = Extract<LogLine, { kind: "end" }>["reason"];

/**
 * Trains from where the state is to the end of the schedule; returns the exit code. When and how often it is interrupted or
 * killed, and when it fetches and saves, has no bearing on the weights it ends with. Throws a ConfigError where it cannot
 * save.
 */
export async function train(run: Run): Promise<number> {
  const { trainer, data, steps, state, interrupt, log, say, memory, folder } = run;
  const { config, gpu, model } = trainer;
  const infos = data.train.map(utteranceInfo);
  const clock = startClock(state.elapsedSeconds);
  const figures = figuresOf(run, clock);
  let saved = performance.now();
  const save = async (always = false): Promise<void> => {
    await figures.fetch(); // the log goes as far as the checkpoint
    await saveLast(run, clock(), always);
    saved = performance.now();
  };
  const end = async (reason: EndReason, code: number): Promise<number> => {
    await figures.fetch();
    if (reason !== "too many skipped steps") await save(true);
    log.append({ kind: "end", step: trainer.step, reason, elapsed_seconds: clock() });
    return code;
  };
  const step = async (planned: PlannedBatch, epoch: number): Promise<void> => {
    const batch = assemble(planned, data.train, model.config.vocabulary, config.regularization.tokenNoise);
    const rate = learningRate(trainer.step, steps, config);
    makeRoom(gpu, memory);
    trainStep(trainer, batch, rate);
    gpu.flush();
    state.audioSeconds += batch.audioSeconds;
    await figures.after(epoch, rate);
  };

  // Whenever it is killed, there is something to go on from.
  if (trainer.step === 0) await save(true);
  for (let epoch = 0, first = 0; first < steps; epoch++) {
    const { batches } = planEpoch(infos, config, epoch);
    const next = Math.min(first + batches.length, steps);
    while (trainer.step < next) {
      if (interrupt.aborted) return await end("interrupted", EXIT.interrupted);
      await step(batches[trainer.step - first], epoch);
      const { everySteps = Infinity, everySeconds = Infinity } = config.checkpoint;
      if (trainer.step % everySteps === 0 || performance.now() - saved >= 1000 * everySeconds) await save();
      if (state.skipped > config.limits.skippedSteps) {
        say(
          `${state.skipped} steps had a loss or gradient that is not finite, more than limits.skippedSteps; ` +
            `the last good checkpoint in ${folder} is kept: try a lower optimizer.learningRate`,
        );
        return await end("too many skipped steps", EXIT.notMeasured);
      }
    }
    first = next;
    const isDue = (epoch + 1) % config.evaluation.everyEpochs === 0 || next === steps;
    // What was evaluated before an interruption is not again, and past epochs are passed over.
    if (isDue && trainer.step === next && state.evaluatedStep < next) {
      await figures.fetch();
      if (await evaluate(run, epoch, clock)) await saveBest(run, clock());
      if (interrupt.aborted) return await end("interrupted", EXIT.interrupted);
      await save();
    }
  }
  return await end("done", EXIT.done);
}

/** Seconds since the beginning, of which `before` were spent in earlier sessions. */
function startClock(before: number): () => number {
  const started = performance.now();
  return () => before + (performance.now() - started) / 1000;
}

/** Evaluates on the dev set; answers whether it is the best so far: by the mean of the word error rates of `decode`. */
async function evaluate(run: Run, epoch: number, clock: () => number): Promise<boolean> {
  const { trainer, data, state, log, shown, interrupt, memory } = run;
  const { config, gpu } = trainer;
  if (data.dev.length === 0) {
    state.evaluatedStep = trainer.step;
    return true; // the last weights are as good as any known
  }
  const sentences = new Set(data.train.map(({ text }) => sentence(text)));
  const found: Partial<Record<DevDecoding, DevResult>> = {};
  for (const decoding of config.evaluation.decode) {
    makeRoom(gpu, memory);
    found[decoding] = await evaluateDev(gpu, judged(trainer), data.dev, decoding, sentences, interrupt);
  }
  if (interrupt.aborted) return false;
  state.evaluatedStep = trainer.step;
  const { ctc, greedy } = found;
  const line = {
    kind: "dev",
    step: trainer.step,
    epoch,
    wer_ctc: figure(ctc?.wer),
    wer_ctc_seen: figure(ctc?.seen),
    wer_ctc_unseen: figure(ctc?.unseen),
    wer_greedy: figure(greedy?.wer),
    wer_greedy_seen: figure(greedy?.seen),
    wer_greedy_unseen: figure(greedy?.unseen),
    greedy_recited: figure(greedy?.recited),
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

function figure(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
