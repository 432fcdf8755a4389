import { SAMPLE_RATE } from "../../datasets/audio/read.ts";
import { encodeWav } from "../../datasets/audio/wav.ts";
import { trainingPreset } from "../../training/presets.ts";
import { smallConfig } from "../../training/testing.ts";
import { EXIT, exitCodeOf } from "../harness/errors.ts";
import type { Progress } from "../harness/progress.ts";
import { LOG_VERSION, type LogHeader, type LogLine } from "./log_schema.ts";
import type { TrainOptions } from "./options.ts";

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
      synthesised: [],
      skipped: { silent: 2 },
    },
    init: null,
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
    wer_greedy_seen: null,
    wer_greedy_unseen: null,
    greedy_recited: null,
    elapsed_seconds: step / 10,
  };
}

/** Progress that is kept, not shown. */
export function keptProgress(): Progress & { readonly lines: string[]; readonly statuses: string[] } {
  const [lines, statuses]: [string[], string[]] = [[], []];
  return { lines, statuses, line: (text) => void lines.push(text), status: (text) => void statuses.push(text) };
}

/** What a command line asks for that trains a model as small as can be on generated speech; a checkpoint each step. */
export function smallOptions(
  out: string,
  settings: readonly string[] = [],
  more: Partial<TrainOptions> = {},
): TrainOptions {
  const base = ["schedule.steps=6", "schedule.warmUpSteps=2", "checkpoint.everySteps=1", "evaluation.everyEpochs=2"];
  return {
    config: smallConfig(...base, ...settings),
    dataRoot: null,
    gpu: "deno",
    out,
    resume: false,
    overwrite: false,
    init: null,
    printConfig: false,
    ...more,
  };
}

/** Runs `body` in a folder that is gone afterwards. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "samba-train-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** For `assert.rejects`: an error of one line that ends a command with exit code 3. */
export function refusal(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof Error)) return false;
    if (((error as Error & { exitCode?: number }).exitCode ?? exitCodeOf(error)) !== EXIT.usage) return false;
    if (!error.message.includes("\n") && pattern.test(error.message)) return true;
    throw new Error(`unexpected message: ${error.message}`);
  };
}

/** A recording as 16-bit mono WAV at 16 kHz. */
export function wav(samples: Int16Array): Uint8Array<ArrayBuffer> {
  return encodeWav({ sampleRate: SAMPLE_RATE, channels: [Float32Array.from(samples, (x) => x / 32768)] }, "pcm16");
}
