import { escapeHtml } from "./escape.ts";

/** An alignment as it travels in the page: words with a space between, and a letter a step (C, S, D, I). */
export type PackedAlignment = readonly [reference: string, hypothesis: string, operations: string];

/** One utterance with its alignment under each protocol, in their order; null where a protocol leaves it out. */
export interface PackedUtterance {
  readonly id: string;
  readonly speaker: string | null;
  /** Of audio; 0 where it did not decode. */
  readonly seconds: number;
  /** Why it could not be transcribed; null where it was. */
  readonly bad: string | null;
  readonly aligned: readonly (PackedAlignment | null)[];
  /** Where its audio is: a relative URL or a data URI; null where it is not at hand. */
  readonly audio: string | null;
}

/** How utterances are chosen and ordered. */
export interface UtteranceChoice {
  /** Index of the protocol. */
  readonly protocol: number;
  readonly order: "errors" | "rate" | "corpus" | "length";
  readonly onlyErrors: boolean;
  /** To be found in id, speaker or either text. */
  readonly search: string;
}

/** Utterances on one page of the list. */
export const PAGE_SIZE = 20;

/** What is shown before a reader chooses: those with the most errors first. */
export const FIRST_CHOICE: Omit<UtteranceChoice, "protocol"> = { order: "errors", onlyErrors: false, search: "" };

/** Errors and reference words of an alignment. */
export function tally(operations: string): { errors: number; words: number } {
  let [errors, insertions] = [0, 0];
  for (const step of operations) {
    if (step !== "C") errors++;
    if (step === "I") insertions++;
  }
  return { errors, words: operations.length - insertions };
}

/** Indices of the utterances that are chosen, in order. Those that the protocol leaves out are not among them. */
export function chosen(utterances: readonly PackedUtterance[], choice: UtteranceChoice): number[] {
  const { protocol, order, onlyErrors } = choice;
  const search = choice.search.trim().toLowerCase();
  const counts = utterances.map(({ aligned }) => tally(aligned[protocol]?.[2] ?? ""));
  const rate = (i: number): number => counts[i].errors / Math.max(1, counts[i].words);
  const key: Record<UtteranceChoice["order"], (i: number) => number> = {
    errors: (i) => -counts[i].errors,
    rate: (i) => -rate(i),
    corpus: () => 0,
    length: (i) => -utterances[i].seconds,
  };
  return utterances.flatMap(({ id, speaker, aligned }, i) => {
    const words = aligned[protocol];
    if (words === null || (onlyErrors && counts[i].errors === 0)) return [];
    const found = [id, speaker ?? "", words[0], words[1]].some((text) => text.toLowerCase().includes(search));
    return found ? [i] : [];
  }).sort((a, b) => key[order](a) - key[order](b) || a - b);
}

/** Reference and hypothesis in one line, errors marked: words that were missed, made up, or heard as others below them. */
export function alignmentHtml([reference, hypothesis, operations]: PackedAlignment): string {
  const [said, heard] = [reference.split(" "), hypothesis.split(" ")];
  const parts: string[] = [];
  let [i, j] = [0, 0];
  for (const step of operations) {
    const ref = step === "I" ? "" : escapeHtml(said[i++]);
    const hyp = step === "D" ? "" : escapeHtml(heard[j++]);
    if (step === "C") parts.push(ref);
    if (step === "S") {
      parts.push(`<span class="e s"><del>${ref}</del><span class="vh"> heard as </span><ins>${hyp}</ins></span>`);
    }
    if (step === "D") parts.push(`<span class="e d"><del>${ref}</del><span class="vh"> (missed)</span></span>`);
    if (step === "I") parts.push(`<span class="e i"><ins><span class="vh">(made up) </span>${hyp}</ins></span>`);
  }
  return parts.join(" ");
}

/** One utterance as an item of a list. */
export function utteranceHtml(utterance: PackedUtterance, protocol: number): string {
  const { id, speaker, seconds, bad, aligned, audio } = utterance;
  const words = aligned[protocol] ?? ["", "", ""];
  const { errors, words: count } = tally(words[2]);
  const rate = count === 0 ? "" : ` (${(100 * errors / count).toFixed(1)} %)`;
  const facts = [
    ...(speaker === null ? [] : [`speaker ${speaker}`]),
    `${Number(seconds.toFixed(1))} s`,
    `${errors} error${errors === 1 ? "" : "s"} in ${count} word${count === 1 ? "" : "s"}${rate}`,
  ].join(" · ");
  return `<li><p class="who"><b>${escapeHtml(id)}</b> <span>${escapeHtml(facts)}</span></p>` +
    (bad === null ? "" : `<p class="bad">${escapeHtml(bad)}</p>`) +
    `<p class="aligned" lang="en">${alignmentHtml(words) || "<i>no words</i>"}</p>` +
    (audio === null
      ? ""
      : `<audio controls preload="none" src="${escapeHtml(audio)}" aria-label="Audio of ${escapeHtml(id)}"></audio>`) +
    "</li>";
}
