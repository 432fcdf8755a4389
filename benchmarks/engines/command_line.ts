import { UsageError } from "../harness/errors.ts";

/** What a shell would act on outside quotes. */
const SHELL_MEANING = new Set(["|", "&", ";", "<", ">", "(", ")", "$", "`", "\n"]);
/** What it would act on where a word begins. */
const MEANING_AT_START = new Set(["~", "#"]);

/** What a backslash takes the meaning from within double quotes. */
const ESCAPED_IN_QUOTES = new Set(["$", "`", '"', "\\"]);

/**
 * Splits a command line into words as a POSIX shell does, without a shell: quotes and backslashes have their meaning, and
 * nothing is expanded. What a shell would act on (pipes, redirections, `$`, `~`, `#`) is refused unless it is quoted, rather than
 * handed to the program in silence; patterns such as `*` stay as they are.
 *
 * Throws UsageError for these, for a quote that does not end, and where there is no word.
 *
 * @param option what the line was given as, for the error: `--command`
 */
export function splitCommand(line: string, option: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let i = 0; i < line.length; i++) {
    const letter = line[i];
    if (letter === "'") {
      const end = line.indexOf("'", i + 1);
      if (end < 0) throw new UsageError(`${option}: the quote ' at character ${i + 1} does not end; end it`);
      word = (word ?? "") + line.slice(i + 1, end);
      i = end;
    } else if (letter === '"') {
      const { text, end } = doubleQuoted(line, i, option);
      word = (word ?? "") + text;
      i = end;
    } else if (letter === "\\") {
      if (i + 1 === line.length) throw new UsageError(`${option}: ends in a backslash; write \\\\ for one`);
      i++;
      // A shell takes a backslash and a line feed for nothing.
      if (line[i] !== "\n") word = (word ?? "") + line[i];
    } else if (letter === " " || letter === "\t" || (letter === "\n" && line.slice(i).trim() === "")) {
      if (word !== null) words.push(word);
      word = null;
    } else if (SHELL_MEANING.has(letter) || (word === null && MEANING_AT_START.has(letter))) {
      throw meaningless(letter, i, option);
    } else {
      word = (word ?? "") + letter;
    }
  }
  if (word !== null) words.push(word);
  if (words.length === 0 || words[0] === "") throw new UsageError(`${option}: names no program`);
  return words;
}

/** The text of the double quotes that begin at `start`, and where they end. */
function doubleQuoted(line: string, start: number, option: string): { text: string; end: number } {
  let text = "";
  for (let i = start + 1; i < line.length; i++) {
    const letter = line[i];
    if (letter === '"') return { text, end: i };
    if (letter === "$" || letter === "`") throw meaningless(letter, i, option);
    if (letter === "\\" && ESCAPED_IN_QUOTES.has(line[i + 1])) text += line[++i];
    else if (letter === "\\" && line[i + 1] === "\n") i++;
    else text += letter;
  }
  throw new UsageError(`${option}: the quote " at character ${start + 1} does not end; end it`);
}

function meaningless(letter: string, at: number, option: string): UsageError {
  const shown = letter === "\n" ? "a line feed" : letter;
  return new UsageError(
    `${option}: no shell runs it, so ${shown} at character ${at + 1} has no meaning; ` +
      "quote it with ' if the program is to see it, or give sh -c '...' as the program",
  );
}
