/** Makes speakers in a thread of its own: espeak-ng runs as a process beside it, resampling is done here. */

import { makeSpeaker, type SpeakerJob } from "./speaker_folder.ts";

/** What the worker is sent. */
export interface WorkerRequest {
  readonly path: string;
  readonly job: SpeakerJob;
}

/** What it answers: samples by utterance, or the error's name and message. */
export type WorkerAnswer =
  | { readonly index: number; readonly samples: readonly number[] }
  | { readonly index: number; readonly error: { readonly name: string; readonly message: string } };

/** A dedicated worker's global scope, of which the types for programs that are none know nothing. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<WorkerRequest>) => void;
  postMessage(answer: WorkerAnswer): void;
};

scope.onmessage = async ({ data: { path, job } }) => {
  try {
    scope.postMessage({ index: job.index, samples: await makeSpeaker(path, job) });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    scope.postMessage({ index: job.index, error: { name, message } });
  }
};
