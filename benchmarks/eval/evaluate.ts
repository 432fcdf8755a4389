import { SAMPLE_RATE } from "../../datasets/audio/read.ts";
import { InputError } from "../../datasets/errors.ts";
import type { EvalUtterance } from "../../reports/eval_schema.ts";
import { type Engine, EngineError } from "../engines/engine.ts";
import { batches, type Heard, type Indexed } from "./batches.ts";

/** What hears of an evaluation, and what may end it. */
export interface Listener {
  /** Utterances that are done, to be kept at once. */
  done(utterances: readonly EvalUtterance[]): void;
  readonly interrupt: AbortSignal;
}

/**
 * Transcribes utterances and hands each result on as soon as it is there. Audio that does not decode and recordings that the
 * engine gives up are results too, without a hypothesis. Ends early when interrupted. Throws EngineError where every
 * further call must fail as well.
 */
export async function evaluate(engine: Engine, utterances: readonly Indexed[], listener: Listener): Promise<void> {
  for await (const batch of batches(utterances, engine.maxBatch, read)) {
    if (listener.interrupt.aborted) return;
    const audible = batch.filter(({ samples }) => samples !== null);
    const silent = batch.filter(({ samples }) => samples === null);
    if (silent.length > 0) listener.done(silent.map((one) => withoutText(one, "bad-audio", one.reason!)));
    if (audible.length > 0) await transcribe(engine, audible, listener);
  }
}

async function read({ index, utterance }: Indexed): Promise<Heard> {
  try {
    return { index, utterance, samples: await utterance.audio(), reason: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { index, utterance, samples: null, reason: error.message };
  }
}

/** A batch that fails is tried again one by one: a single recording may be what the engine cannot take. */
async function transcribe(engine: Engine, batch: readonly Heard[], listener: Listener): Promise<void> {
  let answer: Awaited<ReturnType<Engine["transcribe"]>>;
  try {
    answer = await engine.transcribe(batch.map(({ samples }) => samples!));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // Ctrl-C reaches an engine's program too, which may be gone before this process has heard of it.
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (listener.interrupt.aborted) return;
    if (error.hopeless) throw error;
    if (batch.length === 1) return listener.done([withoutText(batch[0], "failed", error.message)]);
    for (const one of batch) {
      if (listener.interrupt.aborted) return;
      await transcribe(engine, [one], listener);
    }
    return;
  }
  const total = batch.reduce((sum, { samples }) => sum + samples!.length, 0);
  listener.done(batch.map((one, i) => {
    const { text, segments } = answer.transcripts[i];
    return {
      ...described(one),
      hypothesis: text,
      processing_seconds: answer.seconds * one.samples!.length / total,
      status: "ok",
      reason: null,
      segments: segments === null ? null : segments.map(({ start, end, text }) => ({ start, end, text })),
    };
  }));
}

function withoutText(one: Heard, status: "bad-audio" | "failed", reason: string): EvalUtterance {
  return { ...described(one), hypothesis: "", processing_seconds: 0, status, reason, segments: null };
}

function described({ index, utterance, samples }: Heard) {
  const { id, speaker, text } = utterance;
  return { index, id, speaker, reference: text, audio_seconds: (samples?.length ?? 0) / SAMPLE_RATE };
}
