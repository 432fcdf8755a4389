import { wordsOf } from "../words.ts";
import { expandContractions } from "./contractions.ts";
import { standardiseNumbers } from "./number_text.ts";
import { pythonRegex } from "./regex.ts";

const BRACKETED = /[<[][^>\]]*[>\]]/gu;
const PARENTHESISED = /\(([^)]+?)\)/gu;
const FILLERS = pythonRegex("\\b(hmm|mm|mhm|mmm|uh|um)\\b");
const SPACE_BEFORE_APOSTROPHE = pythonRegex("\\s+'");
const COMMA_IN_NUMBER = pythonRegex("(\\d),(\\d)");
const SPACES = pythonRegex("\\s+");

/** Signs that numbers are written with, kept until numbers have been read. */
const KEPT = ".%$¢€£";

/** Letters that have no decomposition into a plain letter and a mark. */
const PLAIN_LETTERS: ReadonlyMap<string, string> = new Map(Object.entries({
  ...{ œ: "oe", Œ: "OE", ø: "o", Ø: "O", æ: "ae", Æ: "AE", ß: "ss", ẞ: "SS" },
  ...{ đ: "d", Đ: "D", ð: "d", Ð: "D", þ: "th", Þ: "th", ł: "l", Ł: "L" },
}));

/**
 * OpenAI's EnglishTextNormalizer (openai/whisper, whisper/normalizers/english.py and basic.py, release 20250625), with
 * a table of spellings: British to American. The result may begin or end with a space, as the original's.
 */
export function englishNormaliser(spellings: ReadonlyMap<string, string>): (text: string) => string {
  return (text) => {
    const spoken = expandContractions(
      text.toLowerCase()
        .replace(BRACKETED, "")
        .replace(PARENTHESISED, "")
        .replace(FILLERS, "")
        .replace(SPACE_BEFORE_APOSTROPHE, "'"),
    );
    const plain = withoutSymbols(
      spoken
        .replace(COMMA_IN_NUMBER, "$1$2")
        .replace(/\.([^0-9]|$)/gu, " $1"),
    );
    return wordsOf(standardiseNumbers(plain))
      .map((word) => spellings.get(word) ?? word)
      .join(" ")
      .replace(/[.$¢€£]([^0-9])/gu, " $1")
      .replace(/([^0-9])%/gu, "$1 ")
      .replace(SPACES, " ");
  };
}

/** Marks, symbols and punctuation as spaces, diacritics gone, letters plain. */
function withoutSymbols(text: string): string {
  return text.normalize("NFKD").replace(/[\p{M}\p{S}\p{P}œŒøØæÆßẞđĐðÐþÞłŁ]/gu, (sign) => {
    if (KEPT.includes(sign)) return sign;
    return PLAIN_LETTERS.get(sign) ?? (/\p{Mn}/u.test(sign) ? "" : " ");
  });
}
