/** Longest line that is spoken, in characters: about a minute. */
const MAX_CHARACTERS = 1000;

/** What a text holds to speak. */
export interface Sentences {
  /** Words in LibriSpeech's form: A to Z in upper case, and apostrophes. */
  readonly sentences: readonly (readonly string[])[];
  /** Lines that are none of this; empty lines do not count. */
  readonly leftOut: number;
  /** The first of them and why; "" where there is none. */
  readonly first: string;
}

/**
 * The sentences of a text, one a line; a LibriSpeech id before it (`1-2-0003 TEXT`) is dropped, and so is punctuation. A
 * line with a character that is neither letter nor apostrophe, such as a digit, is left out: how it is said is not how it is
 * written, and recognisers have no token for it.
 */
export function readSentences(text: string): Sentences {
  const sentences: string[][] = [];
  let leftOut = 0;
  let first = "";
  text.split(/\r?\n/).forEach((line, i) => {
    const said = line.replace(/^\uFEFF|^\d+-\d+-\d+\s+/, "").toUpperCase().replace(/[‘’]/g, "'")
      .replace(/[.,;:!?"“”()…]/g, " ").replace(/[-–—]/g, " ").trim();
    if (line.trim() === "") return;
    const words = said.split(/\s+/).filter((word) => /[^']/.test(word));
    const odd = /[^A-Z'\s]/u.exec(said)?.[0];
    if (odd === undefined && words.length > 0 && said.length <= MAX_CHARACTERS) return sentences.push(words);
    const why = odd !== undefined
      ? `has ${JSON.stringify(odd)}, which is no letter A to Z`
      : words.length === 0
      ? "has no word"
      : `is longer than ${MAX_CHARACTERS} characters`;
    if (leftOut++ === 0) first = `line ${i + 1} ${why}`;
  });
  return { sentences, leftOut, first };
}
