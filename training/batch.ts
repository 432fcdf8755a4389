import { SAMPLE_RATE } from "../model/frontend.ts";
import { BLANK, END, START } from "../model/tokenizer.ts";
import type { PlannedBatch } from "./bucket.ts";
import type { TrainingConfig } from "./config.ts";
import { paddedSamples, paddedTokens } from "./padding.ts";
import type { PlannedItem } from "./plan.ts";
import { energyOf, fillQuiet, quietLevel } from "./quiet.ts";
import { stream } from "./random.ts";

/** What the decoder's targets have behind their end: no loss is computed there. */
export const NO_TARGET = 0xffffffff;

/** A training utterance in memory. */
export interface TrainingUtterance {
  /** Mono at 16 kHz; 32768 is full scale. */
  readonly samples: Int16Array;
  /** Token ids of its text, without start and end. */
  readonly tokens: readonly number[];
}

/** A batch of B sequences on the host, ready to be sent to the device. */
export interface HostBatch {
  readonly size: number;
  /** As recorded and joined, before speed, gain and noise [B, inputWidth]; zero behind each length. 32768 is full scale. */
  readonly samples: Int16Array<ArrayBuffer>;
  /** Even. */
  readonly inputWidth: number;
  readonly inputLengths: readonly number[];
  /** When the speed has been applied: ⌊length / speed⌋, and what that is padded to. */
  readonly outputLengths: readonly number[];
  readonly outputWidth: number;
  /** Above 1 is faster [B]; in float64, as the output lengths follow from them. */
  readonly speeds: readonly number[];
  /** Factors for speech and noise alike [B]. */
  readonly gains: readonly number[];
  /** Standard deviation of the white noise before the gain [B]; 0: none. */
  readonly noise: readonly number[];
  /** For noise and SpecAugment, 32 bits [B]. */
  readonly seeds: readonly number[];
  /** CTC's labels [B, tokenWidth], blank behind each length. */
  readonly labels: Uint32Array<ArrayBuffer>;
  readonly labelLengths: readonly number[];
  /** Start and the tokens, some of them disturbed [B, tokenWidth]; end behind. */
  readonly decoderInputs: Uint32Array<ArrayBuffer>;
  /** The tokens and end [B, tokenWidth]; {@link NO_TARGET} behind. */
  readonly targets: Uint32Array<ArrayBuffer>;
  readonly tokenWidth: number;
  /** Of inputs and targets: tokens and one. */
  readonly tokenLengths: readonly number[];
  /** Of what is heard, without padding. */
  readonly audioSeconds: number;
}

/**
 * Puts a planned batch together from the utterances it names: samples are joined by pauses of the noise that is in them,
 * texts by a space, and in the share of utterances that `tokenNoise` says, tokens of the decoder's input become random
 * characters, so that it must listen. The same plan gives the same batch.
 */
export function assemble(
  { items, width }: PlannedBatch,
  utterances: readonly TrainingUtterance[],
  vocabulary: readonly string[],
  tokenNoise: TrainingConfig["regularization"]["tokenNoise"],
): HostBatch {
  const size = items.length;
  const inputWidth = paddedSamples(Math.max(...items.map(({ samples }) => samples)));
  const samples = new Int16Array(size * inputWidth);
  const noise = items.map((item, b) => {
    const energy = join(item, utterances, samples.subarray(b * inputWidth, b * inputWidth + item.samples));
    return item.snrDb === null ? 0 : Math.sqrt(energy / item.samples) * 10 ** (-item.snrDb / 20);
  });
  const outputLengths = items.map(({ outputSamples }) => outputSamples);
  return {
    size,
    samples,
    inputWidth,
    inputLengths: items.map(({ samples }) => samples),
    outputLengths,
    outputWidth: width,
    speeds: items.map(({ speed }) => speed),
    gains: items.map(({ gainDb }) => 10 ** (gainDb / 20)),
    noise,
    seeds: items.map(({ seed }) => seed),
    ...tokenRows(items, utterances, vocabulary, tokenNoise),
    audioSeconds: outputLengths.reduce((sum, n) => sum + n, 0) / SAMPLE_RATE,
  };
}

/**
 * Writes an item's utterances, with what is heard between them when nothing is said; returns the energy: the sum of the
 * squares of all samples, where 1 is full scale.
 */
function join(
  { sources, pauses, seed }: PlannedItem,
  utterances: readonly TrainingUtterance[],
  row: Int16Array,
): number {
  let [at, energy] = [0, 0];
  for (const [k, source] of sources.entries()) {
    const { samples } = utterances[source];
    row.set(samples, at);
    at += samples.length;
    energy += energyOf(samples);
    if (k === pauses.length) break;
    const level = Math.min(quietLevel(samples), quietLevel(utterances[sources[k + 1]].samples));
    fillQuiet(row.subarray(at, at + pauses[k]), level, seed, k);
    at += pauses[k];
    energy += pauses[k] * level ** 2;
  }
  return energy;
}

function tokenRows(
  items: readonly PlannedItem[],
  utterances: readonly TrainingUtterance[],
  vocabulary: readonly string[],
  tokenNoise: TrainingConfig["regularization"]["tokenNoise"],
) {
  const space = vocabulary.indexOf(" ");
  // Tokens such as <end> are no characters.
  const characters = vocabulary.flatMap((token, id) => /^<.+>$/.test(token) ? [] : [id]);
  const texts = items.map(({ sources }) =>
    sources.flatMap((source, k) => k === 0 ? utterances[source].tokens : [space, ...utterances[source].tokens])
  );
  const longest = Math.max(...texts.map((text) => text.length));
  const tokenWidth = paddedTokens(longest + 1);
  const labels = new Uint32Array(items.length * tokenWidth).fill(BLANK);
  const decoderInputs = new Uint32Array(items.length * tokenWidth).fill(END);
  const targets = new Uint32Array(items.length * tokenWidth).fill(NO_TARGET);
  for (const [b, text] of texts.entries()) {
    labels.set(text, b * tokenWidth);
    decoderInputs.set([START, ...disturbed(text, characters, tokenNoise, items[b].seed)], b * tokenWidth);
    targets.set([...text, END], b * tokenWidth);
  }
  const labelLengths = texts.map((text) => text.length);
  const tokenLengths = labelLengths.map((n) => n + 1);
  return { labels, labelLengths, decoderInputs, targets, tokenWidth, tokenLengths };
}

function disturbed(
  text: readonly number[],
  characters: readonly number[],
  { share, tokens }: TrainingConfig["regularization"]["tokenNoise"],
  seed: number,
): readonly number[] {
  const draw = stream(seed, "tokens");
  if (draw.uniform() >= share) return text;
  return text.map((token) => draw.uniform() < tokens ? characters[draw.integer(characters.length)] : token);
}
