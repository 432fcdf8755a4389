import type { Random } from "../random.ts";

/**
 * How espeak-ng is told to say the name of a letter where the letter alone will not do: by its phonemes (`[[...]]`), or a
 * word that sounds like it. In a sentence it reads `A` as the article and `I` as the pronoun.
 */
const LETTER_NAMES: Readonly<Record<string, string>> = { A: "[['eI]]", I: "eye" };

/** AN4's speakers are Americans, whatever the voice: without this, voices of elsewhere say "zed". */
const SPELLED_NAMES: Readonly<Record<string, string>> = { ...LETTER_NAMES, Z: "zee" };

/** Words that it gets wrong ("roobout"), so written that it says them right. */
const RESPELLED: Readonly<Record<string, string>> = { RUBOUT: "rubbout" };

/**
 * What espeak-ng is given to read for the words of a sentence. Words are in lower case, since it spells what is all in
 * capitals (`IT`, `US`).
 *
 * @param spelled whether each single letter is the name of that letter, as in AN4; else only one beside another is, so that
 *   `A` and `I` alone are words
 */
export function spokenWords(words: readonly string[], spelled: boolean): string[] {
  const isLetter = (i: number): boolean => words[i]?.length === 1;
  const isOther = (i: number): boolean => isLetter(i) && words[i] !== "A" && words[i] !== "I";
  return words.map((word, i) => {
    if (!isLetter(i)) return RESPELLED[word] ?? word.toLowerCase();
    if (spelled) return SPELLED_NAMES[word] ?? word;
    return isOther(i) || isOther(i - 1) || isOther(i + 1) ? LETTER_NAMES[word] ?? word : word.toLowerCase();
  });
}

/** The words as one text, with a comma (a short pause, and the melody of a list) after each but the last by that chance. */
export function withPauses(spoken: readonly string[], chance: number, rng: Random): string {
  return spoken.map((word, i) => i < spoken.length - 1 && rng.uniform() < chance ? `${word},` : word).join(" ");
}
