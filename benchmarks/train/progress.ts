import { duration, type Progress } from "../harness/progress.ts";
import type { LogLine } from "./log_schema.ts";

type Steps = Extract<LogLine, { kind: "steps" }>;
type Dev = Extract<LogLine, { kind: "dev" }>;

/** Progress of a training run. */
export interface TrainingProgress {
  /** Redraws the status when steps are done. */
  steps(line: Steps): void;
  /** Leaves a line for an evaluation. */
  dev(line: Dev): void;
}

/** Speed is taken over so many updates: the beginning, when pipelines are made, is soon forgotten. */
const WINDOW = 20;

/** Shows a run of `totalSteps`, in which CTC's loss has the weight `ctcWeight`. */
export function trainingProgress(shown: Progress, totalSteps: number, ctcWeight: number): TrainingProgress {
  const recent: Steps[] = [];
  let evaluated: Dev | null = null;
  const redraw = (): void => {
    const last = recent.at(-1);
    if (last) shown.status(statusLine(recent[0], last, totalSteps, ctcWeight, evaluated));
  };
  return {
    steps(line) {
      recent.push(line);
      if (recent.length > WINDOW) recent.shift();
      redraw();
    },
    dev(line) {
      evaluated = line;
      shown.line(
        `step ${line.step}, epoch ${line.epoch + 1}: dev WER ${werText(line)}${decoderText(line)}, ` +
          duration(line.elapsed_seconds),
      );
      redraw();
    },
  };
}

/**
 * "step 120/2280, epoch 3 · loss 1.234 (CTC 1.5, decoder 1.1) · rate 1.9e-3 · dev WER 18.8 % · 45 s/s · 12 min left".
 * Speed, in seconds of audio a second, and time left are by what was done from `first` to `last`; unknown where they are one.
 */
export function statusLine(first: Steps, last: Steps, totalSteps: number, ctcWeight: number, dev: Dev | null): string {
  const elapsed = last.elapsed_seconds - first.elapsed_seconds;
  const [steps, audio] = [last.step - first.step, last.audio_seconds - first.audio_seconds];
  const { ctc_loss: ctc, ce_loss: ce } = last;
  const parts = [ctc === null ? null : ctcWeight * ctc, ce === null ? null : (1 - ctcWeight) * ce];
  const loss = parts.every((part) => part === null) ? null : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  return [
    `step ${last.step}/${totalSteps}, epoch ${last.epoch + 1}`,
    `loss ${lossText(loss)} (CTC ${lossText(ctc)}, decoder ${lossText(ce)})`,
    `rate ${last.learning_rate.toExponential(1)}`,
    ...(dev ? [`dev WER ${werText(dev)}`] : []),
    ...(elapsed > 0 ? [`${Math.round(audio / elapsed)} s/s`] : []),
    ...(elapsed > 0 && steps > 0 ? [`${duration((totalSteps - last.step) * elapsed / steps)} left`] : []),
    ...(last.skipped > 0 ? [`${last.skipped} skipped`] : []),
  ].join(" · ");
}

function lossText(loss: number | null): string {
  return loss === null ? "none" : loss.toPrecision(3);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function werText({ wer_ctc: ctc, wer_greedy: greedy }: Dev): string {
  const [byCtc, byDecoder] = [
    ctc === null ? [] : [percent(ctc)],
    greedy === null ? [] : [`decoder ${percent(greedy)}`],
  ];
  return [...byCtc, ...byDecoder].join(", ") || "none";
}

/** What tells whether the decoder listens: on texts that it could know by heart, on others, and what it recites. */
function decoderText(dev: Dev): string {
  const { wer_greedy_seen: seen, wer_greedy_unseen: unseen, greedy_recited: recited } = dev;
  const { wer_ctc_seen: ctcSeen, wer_ctc_unseen: ctcUnseen } = dev;
  const beside = (ctc: number | null | undefined) => typeof ctc === "number" ? `, CTC ${percent(ctc)}` : "";
  const parts = [
    ...(seen === null ? [] : [`${percent(seen)} on texts of the training set${beside(ctcSeen)}`]),
    ...(unseen === null ? [] : [`${percent(unseen)} on others${beside(ctcUnseen)}`]),
    ...(recited === null ? [] : [`${percent(recited)} of its errors are such texts`]),
  ];
  return parts.length > 0 ? ` (${parts.join("; ")})` : "";
}
