/** Ids of the tokens that stand for no text. Blank is CTC's; start and end frame the decoder's sequences. */
export const BLANK = 0;
export const START = 1;
export const END = 2;

/** Lower-case English letters, space and apostrophe, after the special tokens: 32 in all. */
export const CHARACTERS: readonly string[] = [
  "<blank>",
  "<start>",
  "<end>",
  "<unknown>",
  " ",
  "'",
  ..."abcdefghijklmnopqrstuvwxyz",
];

const UNKNOWN = "<unknown>";

/** Token ids of a text, one a character of the vocabulary, lower-cased; what the vocabulary lacks is `<unknown>`. */
export function encodeText(vocabulary: readonly string[], text: string): number[] {
  const unknown = vocabulary.indexOf(UNKNOWN);
  return Array.from(text.toLowerCase(), (character) => {
    const id = vocabulary.indexOf(character);
    return id >= 0 ? id : unknown;
  });
}

/** Text of token ids up to the first end; special tokens are left out, and spaces are trimmed and single. */
export function decodeText(vocabulary: readonly string[], tokens: Iterable<number>): string {
  let text = "";
  for (const id of tokens) {
    if (id === END) break;
    const token = vocabulary[id] ?? "";
    if (!/^<.+>$/.test(token)) text += token;
  }
  return text.replace(/ +/g, " ").trim();
}

/** CTC's mapping (Graves 2006): repeats become one, then blanks go. */
export function collapse(frames: Iterable<number>): number[] {
  const tokens: number[] = [];
  let previous = BLANK;
  for (const id of frames) {
    if (id !== previous && id !== BLANK) tokens.push(id);
    previous = id;
  }
  return tokens;
}
