import type { Gpu, Tensor } from "../../kernels/gpu/mod.ts";
import type { Lengths } from "../../kernels/lengths.ts";
import { logSoftmax } from "../../kernels/softmax/softmax.ts";
import type { NgramModel } from "../language_model/ngram.ts";
import { linear } from "../layers/linear.ts";
import type { Model } from "../model.ts";
import { collapse, decodeText, END } from "../tokenizer.ts";
import { beamSearch } from "./beam.ts";
import { ctcBeam } from "./ctc_beam.ts";
import { ctcFrames, ctcLabels } from "./ctc_frames.ts";
import { ctcPosteriors } from "./ctc_prefix.ts";
import { alignTokens, ctcWords, type TimedWord } from "./ctc_words.ts";
import type { Fusion } from "./fusion.ts";
import { greedyHypotheses, type Hypothesis } from "./greedy.ts";

export { ctcWords, FRAME_SECONDS, type TimedWord } from "./ctc_words.ts";

/** A language model over words: what it weighs, and what each word gets beside (see `Fusion`). Default 0.5 and 1. */
export interface LanguageModelOptions {
  readonly lm?: NgramModel | undefined;
  readonly alpha?: number | undefined;
  readonly beta?: number | undefined;
}

/**
 * How tokens are found. By the CTC head: `ctc` (the likeliest token of each frame) or `ctc-beam`. By the decoder: `greedy`
 * or `beam`. By both at once: `joint`, whose hypotheses score ctcWeight · ln P of CTC + (1 − ctcWeight) · ln P of the
 * decoder in one pass (Watanabe et al. 2017). `maxTokens`: where the decoder stops at the latest; by default the
 * number of frames, of 40 ms, and 16.
 */
export type DecodingOptions =
  | { readonly kind: "ctc" }
  | ({
    readonly kind: "ctc-beam";
    readonly width: number;
    readonly tokenThreshold?: number | undefined;
    readonly beamThreshold?: number | undefined;
  } & LanguageModelOptions)
  | { readonly kind: "greedy"; readonly maxTokens?: number | undefined }
  | ({ readonly kind: "beam" } & SearchOptions)
  | ({ readonly kind: "joint"; readonly ctcWeight: number } & SearchOptions);

/** What the searches with the decoder have in common. */
export interface SearchOptions extends LanguageModelOptions {
  readonly width: number;
  readonly lengthPenalty?: number | undefined;
  readonly maxTokens?: number | undefined;
}

/**
 * What decides the tokens beside the model, flat, for a report: the options with the language model's weights where there
 * is one. The language model itself is the caller's to name.
 */
export function decodingSettings(options: DecodingOptions): Record<string, string | number> {
  const { kind, ...rest } = options;
  const fusion = options.kind === "ctc" || options.kind === "greedy" ? undefined : fusionOf(options);
  const settings: Record<string, string | number> = { decoding: kind };
  for (const [name, value] of Object.entries(rest)) {
    if (typeof value === "number" && name !== "alpha" && name !== "beta") settings[name] = value;
  }
  return fusion ? { ...settings, alpha: fusion.alpha, beta: fusion.beta } : settings;
}

/** A hypothesis, and the path of frames that it comes from where there is one. */
interface Found extends Hypothesis {
  readonly path?: Uint32Array;
}

/** What was said in one sequence. */
export interface Decoded {
  readonly text: string;
  /** Without END. */
  readonly tokens: number[];
  /**
   * ln P by whatever was asked, plus the language model's part. Of `ctc`, that of the best alignment alone, and null
   * without timings: then the likeliest tokens are all that is read back.
   */
  readonly score: number | null;
  /** When each word is said, where that was asked for; by CTC's best alignment of the tokens. */
  readonly words?: TimedWord[];
}

/** What the encoder gives: memory [B, T, d] and its lengths. */
export interface Encoded {
  readonly memory: Tensor;
  readonly lengths: Lengths;
}

/**
 * Finds tokens and text of each sequence of an encoded batch. With `timings`, the words' times too: an alignment of the
 * tokens found with the CTC head, whatever found them. Reads the CTC head's ln P [B, T, V] back once, where it is needed;
 * `greedy` reads every 32 tokens, `beam` and `joint` every token.
 */
export async function decode(
  gpu: Gpu,
  model: Model,
  encoded: Encoded,
  options: DecodingOptions,
  { timings = false }: { readonly timings?: boolean } = {},
): Promise<Decoded[]> {
  using _scope = gpu.scope();
  const { vocabulary } = model.config;
  if (options.kind === "ctc" && !timings) return await likeliestFrames(gpu, model, encoded);
  const needsCtc = timings || options.kind === "ctc" || options.kind === "ctc-beam" || options.kind === "joint";
  const posteriors = needsCtc ? await ctcLogProbabilities(gpu, model, encoded) : undefined;
  const found: readonly Found[] = options.kind === "ctc" || options.kind === "ctc-beam"
    ? posteriors!.map((own) => ctcHypothesis(own, vocabulary, options))
    : await decoderHypotheses(gpu, model, encoded, options, posteriors);
  return found.map(({ tokens: all, score, path }, b) => {
    const tokens = all.at(-1) === END ? all.slice(0, -1) : all;
    const words = timings ? timedWords(vocabulary, posteriors![b], tokens, path) : undefined;
    return { text: decodeText(vocabulary, tokens), tokens, score, ...(words ? { words } : {}) };
  });
}

/** The likeliest token of each frame, found on the device: V times less is read back than with ln P of all. */
async function likeliestFrames(gpu: Gpu, model: Model, { memory, lengths }: Encoded): Promise<Decoded[]> {
  const frames = await gpu.read(ctcFrames(gpu, model, memory));
  return ctcLabels(frames, lengths.host).map((tokens) => ({
    text: decodeText(model.config.vocabulary, tokens),
    tokens,
    score: null,
  }));
}

/** One sequence's ln P [frames, V] by the CTC head. */
export interface CtcOutput {
  readonly log: Float32Array;
  readonly frames: number;
}

/** ln P by the CTC head, of each sequence's own frames, on the host. */
export async function ctcLogProbabilities(
  gpu: Gpu,
  model: Model,
  { memory, lengths }: Encoded,
): Promise<CtcOutput[]> {
  using _scope = gpu.scope();
  const logits = linear(gpu, model.weights.ctc, memory);
  const all = await gpu.read(logSoftmax(gpu, logits));
  const stride = all.length / lengths.host.length;
  const V = model.config.vocabulary.length;
  return lengths.host.map((frames, b) => ({ log: all.subarray(b * stride, b * stride + frames * V), frames }));
}

function ctcHypothesis(
  { log, frames }: CtcOutput,
  vocabulary: readonly string[],
  options: DecodingOptions & { readonly kind: "ctc" | "ctc-beam" },
): Found {
  if (options.kind === "ctc") {
    const { path, score } = bestPath(log, vocabulary.length);
    return { tokens: collapse(path), score, path };
  }
  return ctcBeam(log, frames, vocabulary, { ...options, fusion: fusionOf(options) })[0];
}

/** The likeliest token of each frame, the lowest of equals, and ln P of them all. log [frames, V]. */
export function bestPath(log: Float32Array | Float64Array, V: number): { path: Uint32Array; score: number } {
  const path = new Uint32Array(log.length / V);
  let score = 0;
  for (let t = 0; t < path.length; t++) {
    let best = t * V;
    for (let i = best + 1; i < (t + 1) * V; i++) if (log[i] > log[best]) best = i;
    path[t] = best - t * V;
    score += log[best];
  }
  return { path, score };
}

async function decoderHypotheses(
  gpu: Gpu,
  model: Model,
  { memory, lengths }: Encoded,
  options: DecodingOptions & { readonly kind: "greedy" | "beam" | "joint" },
  posteriors: readonly CtcOutput[] | undefined,
): Promise<Hypothesis[]> {
  // One token a frame of 40 ms, and some for a very short recording, is more than anyone can say.
  const limits = lengths.host.map((frames) => options.maxTokens ?? frames + 16);
  if (options.kind === "greedy") return await greedyHypotheses(gpu, model, memory, lengths, limits);
  const { width, lengthPenalty } = options;
  const V = model.config.vocabulary.length;
  const ctc = options.kind === "joint"
    ? posteriors!.map(({ log, frames }) => ({ posteriors: ctcPosteriors(log, frames, V), weight: options.ctcWeight }))
    : undefined;
  const fusion = fusionOf(options);
  const found = await beamSearch(gpu, model, memory, lengths, { width, lengthPenalty, limits, ctc, fusion });
  return found.map(([best]) => best);
}

function fusionOf({ lm, alpha = 0.5, beta = 1 }: LanguageModelOptions): Fusion | undefined {
  return lm ? { model: lm, alpha, beta } : undefined;
}

function timedWords(
  vocabulary: readonly string[],
  { log, frames }: CtcOutput,
  tokens: readonly number[],
  path = alignTokens(log, frames, vocabulary.length, tokens),
): TimedWord[] {
  return path ? ctcWords(vocabulary, path) : [];
}
