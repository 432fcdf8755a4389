import type { CorpusUtterance } from "../../datasets/corpus.ts";

/** An utterance with its place in the corpus. */
export interface Indexed {
  readonly index: number;
  readonly utterance: CorpusUtterance;
}

/** One whose audio was read, or that has none. */
export interface Heard extends Indexed {
  /** null where it does not decode, and why. */
  readonly samples: Float32Array | null;
  readonly reason: string | null;
}

/** Batches whose audio is read ahead of their turn, to put utterances of similar length together. */
const BATCHES_AHEAD = 8;

/**
 * Utterances in batches of at most `size`, read in the corpus's order (archives are read forwards) and, within a window of
 * a few batches, put together by length: what is padded in a batch is computed in vain. One is a batch where `size` is 1.
 */
export async function* batches(
  utterances: readonly Indexed[],
  size: number,
  read: (utterance: Indexed) => Promise<Heard>,
): AsyncGenerator<readonly Heard[]> {
  const window = size === 1 ? 1 : size * BATCHES_AHEAD;
  let ahead = readWindow(utterances.slice(0, window), read);
  for (let start = 0; start < utterances.length; start += window) {
    const heard = await ahead;
    // While these are transcribed (perhaps by another process) the next ones are decoded.
    ahead = readWindow(utterances.slice(start + window, start + 2 * window), read);
    ahead.catch(() => {}); // told by the `await` above, unless nobody asks any more
    const sorted = heard.toSorted((a, b) => (a.samples?.length ?? 0) - (b.samples?.length ?? 0));
    for (let first = 0; first < sorted.length; first += size) yield sorted.slice(first, first + size);
  }
}

async function readWindow(part: readonly Indexed[], read: (utterance: Indexed) => Promise<Heard>): Promise<Heard[]> {
  const heard: Heard[] = [];
  for (const one of part) heard.push(await read(one));
  return heard;
}
