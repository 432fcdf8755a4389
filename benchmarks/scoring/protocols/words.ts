/** What Python's `str.isspace` and `\s` take for white space, which JavaScript's `\s` differs from in a few characters. */
export const WHITE_SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

const SPACES = new RegExp(`${WHITE_SPACE}+`, "u");

/** The words between white space, as Python's `str.split()` gives them; none for an empty text. */
export function wordsOf(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== "");
}
