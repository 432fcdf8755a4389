import { InputError } from "../../datasets/errors.ts";
import type { Transcripts } from "./transcripts.ts";

/** LibriSpeech's ids: speaker, chapter, number. */
const LIBRISPEECH = /^(\d+)-\d+-\d+$/;

/** Speakers told from ids where all of them have LibriSpeech's form, `1089-134686-0000`; of others nobody is known. */
export function speakersFromIds(ids: Iterable<string>): (id: string) => string | null {
  const isLibriSpeech = [...ids].every((id) => LIBRISPEECH.test(id));
  return (id) => isLibriSpeech ? LIBRISPEECH.exec(id)?.[1] ?? null : null;
}

/** Speakers from a file of `ID<TAB>SPEAKER`; asking it for an id that it lacks throws {@link InputError}. */
export function speakersFromFile({ file, texts }: Transcripts): (id: string) => string | null {
  return (id) => {
    const speaker = texts.get(id)?.text;
    if (speaker === undefined) throw new InputError(`${file}: no line for ${id}; give a speaker for each id`);
    if (speaker === "") throw new InputError(`${file}:${texts.get(id)!.line}: ${id} has no speaker; give one`);
    return speaker;
  };
}
