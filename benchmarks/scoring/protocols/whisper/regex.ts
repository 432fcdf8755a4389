import { WHITE_SPACE } from "../words.ts";

/** What Python's `\w` takes: letters, numbers of any kind and the underscore, in any script. */
const WORD = "[\\p{L}\\p{N}_]";

/**
 * A global regular expression in Python's meaning of `\b`, `\s` and `\d`, which know all of Unicode there and only
 * ASCII in JavaScript. `\b` is understood beside a letter or digit of the pattern: as its first or last sign.
 */
export function pythonRegex(pattern: string): RegExp {
  const source = pattern
    .replace(/^\\b/, `(?<!${WORD})`)
    .replace(/\\b$/, `(?!${WORD})`)
    .replaceAll("\\s", WHITE_SPACE)
    .replaceAll("\\d", "\\p{Nd}");
  if (source.includes("\\b")) throw new RangeError(`${pattern}: \\b is only known at the pattern's ends`);
  return new RegExp(source, "gu");
}
