import type { GateRow, MeasuredTiming, Round } from "./schema.ts";
import { isClear, timingRows, type TimingSamples } from "./timing_rows.ts";

/** What a gate that sees `rounds` one after another decides, and after how many of them: see `measureTiming`. */
export function decide(
  { rules, looks, launches }: Pick<MeasuredTiming, "rules" | "looks" | "launches">,
  rounds: readonly Round[],
): { readonly rows: GateRow[]; readonly pairs: number } {
  for (const look of looks) {
    const seen: TimingSamples = { rules, looks, launches, rounds: rounds.slice(0, look) };
    const rows = timingRows(seen);
    if (isClear(rows) || look >= Math.min(rounds.length, looks[looks.length - 1])) {
      return { rows, pairs: seen.rounds.length };
    }
  }
  return { rows: [], pairs: 0 };
}
