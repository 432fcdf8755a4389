import { trainingPreset } from "../../training/presets.ts";
import { LOG_VERSION, type LogHeader, type LogLine } from "./log_schema.ts";

/** A header as a run on AN4 has it. */
export function exampleHeader(): LogHeader {
  return {
    kind: "header",
    schema_version: LOG_VERSION,
    command: "deno task train an4",
    started_at: "2026-01-01T00:00:00Z",
    config: trainingPreset("an4"),
    config_hash: "0".repeat(64),
    parameters: 2_000_000,
    total_steps: 100,
    data: {
      sha256: "1".repeat(64),
      train_utterances: 848,
      train_seconds: 2400,
      dev_utterances: 100,
      dev_seconds: 300,
      skipped: { silent: 2 },
    },
    device: "a test device",
  };
}

/** The line of ten steps that end at `step`; the losses fall, and a step takes a tenth of a second. */
export function stepsLine(step: number): LogLine & { kind: "steps" } {
  return {
    kind: "steps",
    step,
    epoch: Math.floor(step / 60),
    learning_rate: 2e-3 * (1 - step / 2300),
    ctc_loss: 30 / step,
    ce_loss: 20 / step,
    gradient_norm: 3,
    skipped: 0,
    audio_seconds: 40 * step,
    elapsed_seconds: step / 10,
  };
}

/** An evaluation by CTC alone. */
export function devLine(step: number, wer: number): LogLine & { kind: "dev" } {
  return {
    kind: "dev",
    step,
    epoch: Math.floor(step / 60),
    wer_ctc: wer,
    wer_greedy: null,
    elapsed_seconds: step / 10,
  };
}
