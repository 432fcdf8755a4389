import type { DecodingOptions } from "../../model/decoding/mod.ts";
import { loadArpa } from "../../model/language_model/arpa.ts";
import type { EngineChoice } from "./choice.ts";
import { fileSha256 } from "./file_sha256.ts";

/** Hypotheses kept where the command line does not say: CTC's prefixes are cheap, the decoder's cost a batch. */
const BEAM = { ctc: 16, decoder: 8 };

/**
 * How a model of this suite is decoded, with the language model read in, and what an engine's identity says of that beside
 * the numbers. Throws ConfigError where the language model cannot be read.
 */
export async function decodingOf(
  choice: EngineChoice,
): Promise<{ options: DecodingOptions; settings: Record<string, string> }> {
  const { decode, beam, languageModel, lengthPenalty, ctcWeight } = choice;
  if (decode === "ctc" || decode === "greedy") return { options: { kind: decode }, settings: {} };
  const lm = languageModel === null ? undefined : await loadArpa(languageModel);
  const fusion = { lm, alpha: choice.languageModelWeight, beta: choice.wordBonus };
  const settings: Record<string, string> = languageModel === null
    ? {}
    : { language_model_sha256: await fileSha256(languageModel) };
  switch (decode) {
    case "ctc-beam":
      return { options: { kind: decode, width: beam ?? BEAM.ctc, ...fusion }, settings };
    case "beam":
      return { options: { kind: decode, width: beam ?? BEAM.decoder, lengthPenalty, ...fusion }, settings };
    case "joint":
      return { options: { kind: decode, width: beam ?? BEAM.decoder, lengthPenalty, ctcWeight, ...fusion }, settings };
  }
}
