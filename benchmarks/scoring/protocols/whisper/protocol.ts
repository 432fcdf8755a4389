import type { Protocol } from "../protocol.ts";
import { englishNormaliser } from "./normaliser.ts";
import { SPELLINGS } from "./spelling.ts";

/** OpenAI's English normaliser, which most published rates of today's recognisers were made with. */
export const WHISPER_ENGLISH: Protocol = {
  name: "whisper-en-v1",
  summary: "OpenAI's English normaliser: numbers, contractions, fillers, British spelling; its quirks kept",
  normalise: englishNormaliser(SPELLINGS),
};
