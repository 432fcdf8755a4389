import type { Protocol } from "./protocol.ts";
import { wordsOf } from "./words.ts";

const FILLERS = ["UH", "UHH", "UM", "EH", "MM", "HM", "AH", "HUH", "HA", "ER", "OOF", "HEE", "ACH", "EEE", "EW"];
const PUNCTUATION = ["<COMMA>", "<PERIOD>", "<QUESTIONMARK>", "<EXCLAMATIONPOINT>"];
const GARBAGE = ["<SIL>", "<MUSIC>", "<NOISE>", "<OTHER>"];
const NOT_SCORED = new Set([...FILLERS, ...PUNCTUATION, ...GARBAGE, "<UNK>"]);

/** GigaSpeech's own scoring rules (`utils/gigaspeech_scoring.py`; garbage as in its `README.md`). */
export const GIGASPEECH: Protocol = {
  name: "gigaspeech-v1",
  summary: "GigaSpeech's own: upper-cased, hyphens as spaces, fillers and tags dropped, garbage utterances left out",
  normalise: (text) =>
    wordsOf(text.toUpperCase().replaceAll("-", " ")).filter((word) => !NOT_SCORED.has(word)).join(" "),
  excludes: (reference) => wordsOf(reference.toUpperCase()).some((word) => GARBAGE.includes(word)),
};
