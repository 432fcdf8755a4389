import type { Protocol } from "./protocol.ts";
import { wordsOf } from "./words.ts";

/** The text as it stands, but for case and white space: punctuation and spelling count. */
export const RAW: Protocol = {
  name: "raw-v1",
  summary: "the text as it stands, upper-cased, runs of white space as one space",
  normalise: (text) => wordsOf(text.toUpperCase()).join(" "),
};
