import { type MakeOptions, makeSpeech } from "../../datasets/synthetic_speech/make.ts";
import type { SpeechExtent } from "../../datasets/synthetic_speech/manifest.ts";
import { grammarSource, textSource } from "../../datasets/synthetic_speech/source.ts";
import { duration, type Progress } from "../harness/progress.ts";
import type { SpeechOptions } from "./speech_options.ts";
import { counted } from "./text.ts";

/** Synthesises speech, tells how it goes by `progress`, and at the end what there is. Throws as `makeSpeech` does. */
export async function getSpeech(
  { source, hours, seed, out }: SpeechOptions,
  progress: Progress,
  options: Pick<MakeOptions, "signal"> = {},
): Promise<void> {
  const spoken = "text" in source
    ? await textSource(source.text, seed, (line) => progress.line(line))
    : grammarSource(source.grammar, seed);
  const started = performance.now();
  const onProgress = (made: SpeechExtent, before: SpeechExtent): void => {
    const rate = (made.seconds - before.seconds) / (performance.now() - started) * 1000;
    const left = duration(Math.max(0, hours * 3600 - made.seconds) / rate);
    progress.status(`${speechHours(made)} of ${hours} h spoken by ${counted(made.speakers, null)}, ${left} left`);
  };
  progress.status("starting espeak-ng");
  const made = await makeSpeech(out, { source: spoken, seed, hours }, { ...options, onProgress });
  const { speakers, utterances } = made;
  progress.line(
    `${out}: ${speechHours(made)} h of synthesised speech, ${counted(utterances, null)} utterances of ` +
      `${counted(speakers, null)} ${speakers === 1 ? "voice" : "voices"}`,
  );
}

function speechHours({ seconds }: SpeechExtent): string {
  return counted(seconds / 3600, null, 2);
}
