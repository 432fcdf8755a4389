import { formatPercent } from "../eval_text.ts";
import type { LengthRule, Numbers, RecipeRule } from "./claim.ts";
import type { Rate } from "./evaluations.ts";
import { type Finding, ratioBearing, shownRatio, type Subject, undecided } from "./evidence.ts";
import { ratioOfRates } from "./ratio.ts";

/**
 * What the ratio of two rates says by a rule: more is better for the subject, whose rate is `below`. `paired` is the ratio
 * where it is known from the utterances; otherwise the rates count as independent.
 */
export function ratesFinding(
  { kind, least }: RecipeRule | LengthRule,
  subject: Subject,
  above: Rate,
  below: Rate,
  note?: string,
  paired: Numbers | null = null,
): Finding {
  if (above.numbers === null || below.numbers === null) {
    return undecided(subject, above.flaw ?? below.flaw ?? "no rate");
  }
  const numbers = paired ?? ratioOfRates(above.numbers, below.numbers);
  if (numbers === null) return undecided(subject, "a rate or the end of its interval is zero");
  const shown = {
    ...shownRatio(numbers, kind === "recipe-advantage" ? "rate" : "short rate"),
    margin: numbers.value - least.value,
  };
  const flaw = above.flaw ?? below.flaw;
  if (flaw !== null) return undecided(subject, flaw, shown);
  const [first, second] = [below.numbers, above.numbers].map((rate) => `${formatPercent(rate.value)} %`);
  return {
    ...subject,
    ...shown,
    bearing: ratioBearing(numbers, least),
    because: [`${first} beside ${second}`, note, paired && "paired"].filter(Boolean).join(", "),
  };
}
