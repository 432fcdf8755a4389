import { fetchFigures, HISTORY_STEPS, type StepFigures, type Trainer } from "../../training/trainer.ts";
import type { OpenLog } from "./log.ts";
import type { TrainingProgress } from "./progress.ts";
import type { RunState } from "./state.ts";

/** Seconds after which figures are fetched and shown, however few the steps. */
const SHOWN_EVERY_SECONDS = 2;

/** Where figures come from and go to. */
export interface FiguresOf {
  readonly trainer: Trainer;
  readonly state: RunState;
  readonly log: OpenLog;
  readonly shown: TrainingProgress;
  readonly say: (line: string) => void;
}

/** Figures of steps on their way from the device to the log. */
export interface Figures {
  /** To be called after each step: fetches now and then. */
  after(epoch: number, rate: number): Promise<void>;
  /** Fetches those of all steps since the last time, logs and shows them, and counts the steps that were skipped. */
  fetch(): Promise<void>;
}

/** `clock`: seconds since the beginning of the run. */
export function figuresOf({ trainer, state, log, shown, say }: FiguresOf, clock: () => number): Figures {
  let fetched = performance.now();
  let [lastEpoch, lastRate] = [0, 0];
  const fetch = async (): Promise<void> => {
    if (trainer.pending === 0) return;
    const begin = trainer.step - trainer.pending;
    const figures = await fetchFigures(trainer);
    fetched = performance.now();
    figures.forEach(({ applied, norm }, i) => {
      if (applied) return;
      state.skipped++;
      say(`step ${begin + i + 1} skipped: its loss or gradient is not finite (norm ${norm})`);
    });
    const kept = figures.filter(({ applied }) => applied);
    const line = {
      kind: "steps",
      step: trainer.step,
      epoch: lastEpoch,
      learning_rate: lastRate,
      ctc_loss: meanOf(kept, ({ ctc }) => ctc),
      ce_loss: meanOf(kept, ({ decoder }) => decoder),
      gradient_norm: meanOf(kept, ({ norm }) => norm),
      skipped: state.skipped,
      audio_seconds: state.audioSeconds,
      elapsed_seconds: clock(),
    } as const;
    log.append(line);
    shown.steps(line);
  };
  return {
    fetch,
    async after(epoch, rate) {
      [lastEpoch, lastRate] = [epoch, rate];
      const isDue = performance.now() - fetched >= 1000 * SHOWN_EVERY_SECONDS;
      if (isDue || trainer.pending >= HISTORY_STEPS / 2) await fetch();
    },
  };
}

function meanOf(figures: readonly StepFigures[], of: (figure: StepFigures) => number): number | null {
  const mean = figures.reduce((sum, figure) => sum + of(figure), 0) / figures.length;
  return Number.isFinite(mean) ? mean : null;
}
