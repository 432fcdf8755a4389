import { wholeProduct } from "./decimal.ts";
import {
  CURRENCIES,
  DECIMALS,
  isNumberWord,
  MULTIPLIERS,
  MULTIPLIERS_SUFFIXED,
  ONES,
  ONES_SUFFIXED,
  PREFIXES,
  SIGNS,
  TENS,
  TENS_SUFFIXED,
  ZEROS,
} from "./number_words.ts";

/**
 * The number under way: a bigint while it may still be added to, digits and points as they are read otherwise ("one oh
 * one" is spoken digit by digit), null between numbers.
 */
type Value = bigint | string | null;

/**
 * Spelled-out numbers as digits, with ordinals' letters, currency, sign and per cent: what OpenAI's
 * EnglishNumberNormalizer.process_words yields for the same words, its quirks included ("seven hundred one" is 701,
 * "five dollars" $5, "minus five dollars" $5 as well, "point" before "million" is lost).
 */
export function numbersAsDigits(words: readonly string[]): string[] {
  const written: string[] = [];
  let prefix = "";
  let value: Value = null;
  const write = (text: Value): void => {
    written.push(`${prefix}${text}`);
    prefix = "";
    value = null;
  };
  const writeValue = (): void => {
    if (value !== null) write(value);
  };

  for (let i = 0; i < words.length; i++) {
    const [word, previous, next] = [words[i], words[i - 1] ?? "", words[i + 1] ?? ""];
    if (isNumeral(withoutPrefix(word))) {
      if (typeof value === "string" && value.endsWith(".")) {
        value += word;
        continue;
      }
      writeValue();
      if (withoutPrefix(word) !== word) prefix = word.charAt(0);
      value = wholeProduct(withoutPrefix(word), 1n) ?? withoutPrefix(word);
    } else if (!isNumberWord(word)) {
      writeValue();
      write(word);
    } else if (ZEROS.has(word)) {
      value = `${value || ""}0`;
    } else if (ONES.has(word)) {
      value = withOnes(value, previous, ONES.get(word)!);
    } else if (ONES_SUFFIXED.has(word)) {
      const { number, suffix } = ONES_SUFFIXED.get(word)!;
      write(withOnes(value, previous, number) + suffix);
    } else if (TENS.has(word)) {
      value = withTens(value, TENS.get(word)!);
    } else if (TENS_SUFFIXED.has(word)) {
      const { number, suffix } = TENS_SUFFIXED.get(word)!;
      write(withTens(value, number) + suffix);
    } else if (MULTIPLIERS.has(word)) {
      const product: bigint | null = multiplied(value, MULTIPLIERS.get(word)!);
      if (product === null) writeValue();
      value = product ?? MULTIPLIERS.get(word)!;
    } else if (MULTIPLIERS_SUFFIXED.has(word)) {
      const { number, suffix } = MULTIPLIERS_SUFFIXED.get(word)!;
      const product: bigint | null = multiplied(value, number);
      if (product === null) writeValue();
      write((product ?? number) + suffix);
    } else if (SIGNS.has(word)) {
      writeValue();
      if (mayBeNumber(next)) prefix = SIGNS.get(word)!;
      else write(word);
    } else if (CURRENCIES.has(word)) {
      if (value === null) write(word);
      else {
        prefix = CURRENCIES.get(word)!;
        write(value);
      }
    } else if (word === "percent" || word === "per") {
      if (value === null) write(word);
      else if (word === "percent") write(`${value}%`);
      else if (next === "cent") {
        write(`${value}%`);
        i++;
      } else {
        write(value);
        write(word);
      }
    } else if (!mayBeNumber(next)) {
      writeValue();
      write(word);
    } else if (word === "and") {
      if (MULTIPLIERS.has(previous)) continue;
      writeValue();
      write(word);
    } else if (word === "point") {
      if (DECIMALS.has(next) || isNumeral(next)) value = `${value || ""}.`;
    } else if (ONES.has(next) || ZEROS.has(next)) {
      value = `${value || ""}${String(ONES.get(next) ?? 0).repeat(word === "double" ? 2 : 3)}`;
      i++;
    } else {
      writeValue();
      write(word);
    }
  }
  writeValue();
  return written;
}

function isNumeral(word: string): boolean {
  return /^\p{Nd}+(\.\p{Nd}+)?$/u.test(word);
}

function mayBeNumber(word: string): boolean {
  return isNumberWord(word) || isNumeral(word);
}

function withoutPrefix(word: string): string {
  return PREFIXES.has(word.charAt(0)) ? word.slice(1) : word;
}

/** `value` with one to nineteen after it: added where there is a zero to take its place, else written behind. */
function withOnes(value: Value, previous: string, ones: bigint): bigint | string {
  if (value === null) return ones;
  if (typeof value === "string" || ONES.has(previous)) {
    return TENS.has(previous) && ones < 10n ? String(value).slice(0, -1) + ones : `${value}${ones}`;
  }
  return value % (ones < 10n ? 10n : 100n) === 0n ? value + ones : `${value}${ones}`;
}

/** `value` with twenty to ninety after it. */
function withTens(value: Value, tens: bigint): bigint | string {
  if (value === null) return tens;
  return typeof value === "bigint" && value % 100n === 0n ? value + tens : `${value}${tens}`;
}

/** `value` times a multiplier, of a whole number only what stands below the last thousand; null where that is no number. */
function multiplied(value: Value, multiplier: bigint): bigint | null {
  if (value === null) return null;
  if (typeof value === "string") return wholeProduct(value, multiplier);
  return value - value % 1000n + value % 1000n * multiplier;
}
