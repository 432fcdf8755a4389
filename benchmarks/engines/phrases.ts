import type { Segment } from "./engine.ts";

/** A pause of this length ends a phrase. */
const PAUSE_SECONDS = 0.8;
/** A phrase that is this long ends at its next word: two lines of a subtitle, and as long as one is read. */
const MOST_CHARACTERS = 84;
const MOST_SECONDS = 6;

/** Words with their times, joined to phrases as subtitles show them: up to a pause, and no longer than can be read. */
export function phrases(words: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const word of words) {
    const last = joined.at(-1);
    const fits = last !== undefined && word.start - last.end < PAUSE_SECONDS &&
      word.end - last.start <= MOST_SECONDS && last.text.length + 1 + word.text.length <= MOST_CHARACTERS;
    if (fits) joined[joined.length - 1] = { start: last.start, end: word.end, text: `${last.text} ${word.text}` };
    else joined.push({ ...word });
  }
  return joined;
}
