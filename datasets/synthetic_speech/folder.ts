import { join } from "node:path";
import { InputError } from "../errors.ts";
import { fileBytes, kindOf } from "../readers/form.ts";
import { SPEAKER_UTTERANCES } from "./speaker.ts";
import { speakerId, utteranceId, WAV_HEADER_BYTES } from "./speaker_folder.ts";
import { writing } from "./writing.ts";

/** Folder, beside the speakers', of those that are not whole yet. */
export const MAKING = ".making";

const LOCK = ".lock";

/** Whether there is no such folder, or nothing in it but what an interrupted start leaves. */
export async function isVacant(folder: string): Promise<boolean> {
  if (await kindOf(folder) === null) return true;
  for await (const { name } of Deno.readDir(folder)) if (name !== LOCK && !name.endsWith(".tmp")) return false;
  return true;
}

/**
 * Keeps other processes out of `folder` until it is disposed of, and clears away half-made speakers, of now and of a run
 * that was killed. Throws {@link InputError} where another process is at work there.
 */
export async function locked(folder: string): Promise<Disposable> {
  const path = join(folder, LOCK);
  const file = await writing(path, () => Deno.open(path, { write: true, create: true }));
  if (!await file.tryLock(true)) {
    file.close();
    throw new InputError(`${folder}: another process is making speech there; wait for it, or name another --out`);
  }
  const clear = (): void => {
    try {
      Deno.removeSync(join(folder, MAKING), { recursive: true });
    } catch (error) {
      // A thread that was stopped may still write its last file: the next run clears that away.
      if (!(error instanceof Deno.errors.NotFound) && (error as { code?: string }).code !== "ENOTEMPTY") throw error;
    }
  };
  clear();
  return {
    [Symbol.dispose]() {
      clear();
      Deno.removeSync(path);
      file.close();
    },
  };
}

/** Samples of the utterances that are there of a speaker, up to the first that is missing; null where there is no folder. */
export async function speakerThere(folder: string, index: number): Promise<number[] | null> {
  const path = join(folder, speakerId(index), "1");
  if (await kindOf(path) === null) return null;
  const samples: number[] = [];
  for (let i = 0; i < SPEAKER_UTTERANCES; i++) {
    const bytes = await fileBytes(join(path, `${utteranceId(index, i)}.wav`));
    if (bytes === null) break;
    samples.push((bytes - WAV_HEADER_BYTES) / 2);
  }
  return samples;
}
