import { type Block, FEWEST_BLOCKS } from "./bootstrap.ts";

/** What is drawn as a whole: what one speaker said, or one utterance. */
export type Source = "speakers" | "utterances";

/**
 * Blocks for an interval, in an order that does not depend on that of the utterances: speakers, whose utterances succeed
 * and fail together, where each is known and there are at least {@link FEWEST_BLOCKS}; else utterances. An interval from
 * utterances holds for other sentences of the same speakers, and is too narrow for other speakers.
 */
export function byBlocks<T extends { readonly id: string; readonly speaker: string | null }>(
  utterances: readonly T[],
  block: (utterance: T) => Block,
): { source: Source; blocks: Block[] } {
  const speakers = new Set(utterances.map(({ speaker }) => speaker));
  const source = speakers.has(null) || speakers.size < FEWEST_BLOCKS ? "utterances" : "speakers";
  const sums = new Map<string, Block>();
  for (const utterance of utterances) {
    const name = source === "speakers" ? utterance.speaker! : utterance.id;
    const sum = sums.get(name) ?? { errors: 0, words: 0 };
    const { errors, words } = block(utterance);
    sums.set(name, { errors: sum.errors + errors, words: sum.words + words });
  }
  const names = [...sums.keys()].sort((a, b) => a < b ? -1 : 1);
  return { source, blocks: names.map((name) => sums.get(name)!) };
}
