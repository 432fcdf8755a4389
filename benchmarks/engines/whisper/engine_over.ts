import { type Engine, EngineError, type EngineIdentity } from "../engine.ts";
import type { WhisperProcess } from "./process.ts";
import type { WhisperEvent } from "./protocol.ts";

/** A process said, in place of ready, why it cannot be: the message is its reason. */
export class NotReadyError extends Error {
  override readonly name = "NotReadyError";
}

/**
 * An engine over a Whisper process, which is started now and waited for, and started again for the next recording where it
 * died over one. Throws NotReadyError where its weights do not load, EngineError where it dies.
 *
 * @param identityOf the identity, of the versions of what runs the weights
 */
export async function engineOver(
  start: () => WhisperProcess,
  identityOf: (runtime: string) => EngineIdentity,
  times: boolean,
): Promise<Engine> {
  const started = performance.now();
  let whisper = start();
  const identity = identityOf(await readyOf(whisper));
  const loadSeconds = (performance.now() - started) / 1000;
  let peakBytes = 0;
  return {
    identity,
    loadSeconds,
    maxBatch: 1,
    givesTimes: times,
    async transcribe(recordings) {
      if (recordings.length !== 1) throw new RangeError(`whisper takes 1 recording a call, not ${recordings.length}`);
      if (whisper.ended()) {
        whisper = start();
        await readyOf(whisper).catch((error) => {
          throw new EngineError(`whisper died and does not start again: ${error.message}`, true);
        });
      }
      const begun = performance.now();
      const answer = await whisper.ask(recordings[0]);
      const seconds = (performance.now() - begun) / 1000;
      if (answer.event !== "transcript") throw new EngineError(`whisper: ${reasonOf(answer)}`);
      peakBytes = Math.max(peakBytes, answer.peakBytes);
      return { transcripts: [{ text: answer.text, segments: answer.segments }], seconds };
    },
    memory: () => ({ ledgerPeakBytes: null, outsidePeakBytes: peakBytes || null }),
    [Symbol.asyncDispose]: () => whisper.stop(),
  };
}

/** Waits until the weights are loaded and gives the versions of what runs them. */
async function readyOf(whisper: WhisperProcess): Promise<string> {
  const event = await whisper.next();
  if (event.event === "ready") return event.runtime;
  await whisper.stop();
  throw new NotReadyError(reasonOf(event));
}

function reasonOf(event: WhisperEvent): string {
  return event.event === "failed" ? event.reason : `it said ${event.event} out of turn`;
}
