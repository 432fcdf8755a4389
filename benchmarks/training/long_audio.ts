import type { PresetName } from "../../model/presets.ts";
import type { TrainingConfig } from "../../training/config.ts";
import { trainingPreset } from "../../training/presets.ts";

/** Engines whose steps through long utterances are compared. */
export const LONG_ENGINES = [
  "samba",
  "samba-causal",
  "transformer-flash",
  "transformer-window",
  "transformer-naive",
] as const;
export type LongEngine = (typeof LONG_ENGINES)[number];

/** What the loss of a step through a long utterance is of. */
export const HEADS = ["ctc", "decoder", "both"] as const;
export type Head = (typeof HEADS)[number];

/** Characters of English in a second, spoken at ease. */
const CHARACTERS_PER_SECOND = 15;

/**
 * CTC's gradient keeps four variables, 16 bytes, for each encoder frame and label. At 15 labels a second that is 19 GB at
 * half an hour, beyond what a device binds, and quadratic; with a text that ends here it is 46 MB, and linear, so that it
 * hides neither the time nor the memory of the encoder.
 */
const MOST_CTC_LABELS = 63;

/** Characters of the text that goes with so many seconds: as many as are spoken, of CTC alone no more than it can hold. */
export function textLength(head: Head, seconds: number): number {
  const spoken = Math.max(1, Math.floor(CHARACTERS_PER_SECOND * seconds));
  return head === "ctc" ? Math.min(spoken, MOST_CTC_LABELS) : spoken;
}

/** Of the loss, by what is trained; both heads in the recipe's proportion. */
export function ctcWeight(head: Head): number {
  return head === "ctc" ? 1 : head === "decoder" ? 0 : trainingPreset("an4").losses.ctcWeight;
}

/** How an engine of a size is trained: the recipe of `an4`, but for the model, the loss and recomputation. */
export function longConfig(
  engine: LongEngine,
  preset: PresetName,
  head: Head,
  recompute: boolean,
  seed: number,
): TrainingConfig {
  return {
    ...trainingPreset("an4"),
    name: `${engine}-${preset}`,
    model: modelOf(engine, preset),
    losses: { ctcWeight: ctcWeight(head) },
    recompute,
    seed,
  };
}

function modelOf(engine: LongEngine, preset: PresetName): TrainingConfig["model"] {
  switch (engine) {
    case "samba":
      return { family: "samba", preset };
    case "samba-causal":
      return { family: "samba", preset, encoder: { direction: "causal" } };
    case "transformer-flash":
      return { family: "transformer", preset, encoder: { attention: "flash" } };
    case "transformer-window":
      return { family: "transformer", preset, encoder: { attention: "window" } };
    case "transformer-naive":
      return { family: "transformer", preset, encoder: { attention: "naive" } };
  }
}
