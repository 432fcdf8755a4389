/** One point of the engine `whisper`, on the CPU: there are no stages to tell apart and no buffers to count. */
import { SAMPLE_RATE } from "../../model/frontend.ts";
import { checkRecordings, encoderFrames } from "../../model/recognizer.ts";
import { openWhisper } from "../engines/whisper/whisper.ts";
import { sha256 } from "./hash.ts";
import type { PointEvent, PointRequest } from "./protocol.ts";
import { repeatWithin } from "./repeats.ts";

/** Audio of this length, one window, is heard first, untimed: the first transcription is slower than those that follow. */
const WARM_UP_SAMPLES = 30 * SAMPLE_RATE;

/**
 * Starts Whisper, which is ready when it has heard a first window, and measures; `tell` hears of it all. A batch is its
 * recordings one after the other, as Whisper takes one at a time. Throws what `openWhisper` and its engine throw.
 */
export async function measureWhisper(
  request: PointRequest,
  audio: Float32Array,
  tell: (event: PointEvent) => void,
): Promise<void> {
  checkRecordings([audio]);
  const { weights, batch } = request;
  if (weights === null) throw new Error("whisper has no weights");
  await using engine = await openWhisper({
    weights: weights.path,
    device: "cpu",
    dtype: null,
    language: "en",
    times: true, // a recording of one window goes the way of longer ones then
    threads: null,
    hub: { models: weights.path }, // a path is none of the hub's names, so nothing is fetched
  });
  const { identity, loadSeconds } = engine;
  if (identity.weights?.sha256 !== weights.sha256) {
    throw new Error(`${weights.path}: the weights are not those that the run began with; begin anew`);
  }
  await engine.transcribe([audio.subarray(0, WARM_UP_SAMPLES)]);
  tell({
    event: "ready",
    device: null,
    model: null,
    weights: { name: weights.name, sha256: weights.sha256, settings: identity.settings },
    frames: encoderFrames(audio.length),
    audioSeconds: audio.length / SAMPLE_RATE,
    loadSeconds,
    microBatch: 1,
    stageClock: "host",
  });
  const once = async (): Promise<{ seconds: number; texts: string[] }> => {
    const texts: string[] = [];
    let seconds = 0;
    for (let b = 0; b < batch; b++) {
      const heard = await engine.transcribe([audio]);
      seconds += heard.seconds;
      texts.push(heard.transcripts[0].text);
    }
    return { seconds, texts };
  };
  const repeated = async ({ seconds, texts }: { seconds: number; texts: string[] }): Promise<void> => {
    tell({ event: "sample", seconds, stages: {} });
    tell({
      event: "done",
      ledger: null,
      processPeakBytes: engine.memory().outsidePeakBytes,
      dispatches: 0,
      wgslHashes: {},
      tokensHash: await sha256(new TextEncoder().encode(texts.join("\n"))),
      text: texts[0],
    });
  };
  await repeatWithin(request, once, ({ seconds }) => tell({ event: "warmup", seconds }), repeated);
}
