import { BLANK, collapse } from "../tokenizer.ts";
import { logAdd } from "./log_add.ts";

/**
 * ln P of every labelling by CTC's definition (Graves et al. 2006): the sum over all paths of `labels` and blanks that
 * collapse to it. logProbabilities [frames, V]; keys are the tokens joined by commas. For tests: there are
 * (labels + 1)^frames paths.
 */
export function enumerateLabellings(
  logProbabilities: ArrayLike<number>,
  frames: number,
  V: number,
  labels: readonly number[],
): Map<string, number> {
  const found = new Map<string, number>();
  const visit = (path: number[], total: number): void => {
    if (path.length === frames) {
      const key = collapse(path).join();
      found.set(key, logAdd(found.get(key) ?? -Infinity, total));
      return;
    }
    for (const token of [BLANK, ...labels]) {
      visit([...path, token], total + logProbabilities[path.length * V + token]);
    }
  };
  visit([], 0);
  return found;
}
