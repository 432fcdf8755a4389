import { allowing, lastWords, runChild } from "../harness/child.ts";
import { UsageError } from "../harness/errors.ts";

/** What prepare_audio.ts is to make. */
export interface AudioRequest {
  /** Absolute: audio goes into its folder `audio`, manifests beside that. */
  readonly folder: string;
  readonly minutes: readonly number[];
  readonly seed: number;
  readonly dataRoot: string | null;
  /** Whether audio that is there already and fits its manifest will do. */
  readonly reuse: boolean;
}

/** Audio on disk: raw little-endian float32 samples at 16 kHz. */
export interface PreparedAudio {
  readonly minutes: number;
  readonly path: string;
  readonly source: "stitched" | "generated";
  readonly sha256: string;
  readonly manifestSha256: string;
  /** The words that are said; null where the sound is generated. */
  readonly text: string | null;
}

/** What prepare_audio.ts says, a line of JSON each. */
export type AudioEvent =
  | { readonly event: "audio" } & PreparedAudio
  | { readonly event: "failed"; readonly reason: string };

/**
 * Makes (or finds) the audio of each length; `made` hears of each one. Returns null when interrupted. Throws UsageError
 * where the data will not do.
 */
export async function prepareAudio(
  request: AudioRequest,
  made: (audio: PreparedAudio) => void,
  interrupt: AbortSignal,
): Promise<Map<number, PreparedAudio> | null> {
  const audio = new Map<number, PreparedAudio>();
  let failure: string | null = null;
  const end = await runChild(
    new URL("./prepare_audio.ts", import.meta.url).href,
    [
      allowing("read", [request.folder, ...(request.dataRoot === null ? [] : [request.dataRoot])]),
      allowing("write", [request.folder]),
    ],
    JSON.stringify(request),
    (line) => {
      const event = JSON.parse(line) as AudioEvent;
      if (event.event === "failed") {
        failure = event.reason;
      } else {
        audio.set(event.minutes, event);
        made(event);
      }
    },
    24 * 3600,
    interrupt,
  );
  if (failure !== null) throw new UsageError(request.dataRoot === null ? failure : `--data-root: ${failure}`);
  if (end.stopped === "interrupt" || end.signal === "SIGINT") return null;
  if (end.code !== 0 || request.minutes.some((minutes) => !audio.has(minutes))) {
    const reason = lastWords(end) ?? (end.signal ? `it was killed by ${end.signal}` : `exit code ${end.code}`);
    const from = request.dataRoot === null ? "" : ` from --data-root ${request.dataRoot}`;
    throw new UsageError(`the audio in ${request.folder} could not be made${from}: ${reason}`);
  }
  return audio;
}
