import { wordsOf } from "../words.ts";
import { DECIMALS, MULTIPLIERS } from "./number_words.ts";
import { numbersAsDigits } from "./numbers.ts";
import { pythonRegex } from "./regex.ts";

const AND_A_HALF = pythonRegex("\\band\\s+a\\s+half\\b");
const SUFFIX_APART = pythonRegex("([0-9])\\s+(st|nd|rd|th|s)\\b");
const DOLLARS_AND_CENTS = pythonRegex("([€£$])([0-9]+) (?:and )?¢([0-9]{1,2})\\b");
const CENTS_ALONE = pythonRegex("[€£$]0.([0-9]{1,2})\\b");
const LONE_ONE = pythonRegex("\\b1(s?)\\b");

/** A text with its numbers as digits: OpenAI's EnglishNumberNormalizer. Words are joined by single spaces. */
export function standardiseNumbers(text: string): string {
  return written(numbersAsDigits(wordsOf(prepared(text))).join(" "));
}

/** Halves as decimals, and a space between letters and digits but for what may be an ordinal's. */
function prepared(text: string): string {
  return withHalves(text)
    .replace(/([a-z])([0-9])/g, "$1 $2")
    .replace(/([0-9])([a-z])/g, "$1 $2")
    .replace(SUFFIX_APART, "$1$2");
}

/** "two and a half" as "two point five". Where nothing but space stands before it, the reference loses the phrase. */
function withHalves(text: string): string {
  const segments = text.split(AND_A_HALF);
  return segments.flatMap((segment, i) => {
    const last = wordsOf(segment).at(-1);
    if (last === undefined) return [];
    if (i === segments.length - 1) return [segment];
    return [segment, DECIMALS.has(last) || MULTIPLIERS.has(last) ? "point five" : "and a half"];
  }).join(" ");
}

/** Cents joined to their dollars, and "one" for a lone 1. */
function written(text: string): string {
  return text
    .replace(
      DOLLARS_AND_CENTS,
      (_, currency: string, whole: string, cents: string) => `${currency}${whole}.${cents.padStart(2, "0")}`,
    )
    .replace(CENTS_ALONE, (_, cents: string) => `¢${Number(cents)}`)
    .replace(LONE_ONE, "one$1");
}
