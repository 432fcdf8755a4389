import assert from "node:assert/strict";
import { type Gpu, slice, type Tensor } from "../../kernels/gpu/mod.ts";
import { lengths } from "../../kernels/lengths.ts";
import { logSoftmax } from "../../kernels/softmax/softmax.ts";
import { gpuTest, TestRandom } from "../../kernels/testing/mod.ts";
import type { ModelConfig } from "../config.ts";
import { decodeStep } from "../decoder.ts";
import { estimateNgrams } from "../language_model/estimate.ts";
import { scoreSentence } from "../language_model/ngram.ts";
import { createModel, type Model, releaseModel } from "../model.ts";
import { tinySamba, tinyTransformer } from "../testing.ts";
import { decodeText, END, START } from "../tokenizer.ts";
import { beamSearch } from "./beam.ts";
import { ctcPosteriors } from "./ctc_prefix.ts";
import { greedyTokens, hearMemory, startDecoder } from "./greedy_tokens.ts";
import { enumerateLabellings } from "./ctc_reference.ts";
import type { Fusion } from "./fusion.ts";
import { greedyHypotheses } from "./greedy.ts";
import { ctcLogProbabilities } from "./mod.ts";

const VOCABULARY = ["<blank>", "<start>", "<end>", "a", " "];
const V = VOCABULARY.length;
const ROWS = [6, 4];
const LIMIT = 4;
const FUSION: Fusion = { model: estimateNgrams(["a aa", "a", "aa a a", "a a"], 2), alpha: 0.5, beta: 0.3 };

const CONFIGS: ModelConfig[] = [
  tinySamba("bidirectional", "mamba"),
  tinySamba("bidirectional", "concat"),
  tinyTransformer("flash", "attention"),
  tinyTransformer("flash", "concat"),
].map((config) => ({
  ...config,
  name: `${config.family} with ${config.decoder.crossConnection}`,
  vocabulary: VOCABULARY,
}));

/** Two memories of different lengths; padding holds NaN. */
function memory(gpu: Gpu, config: ModelConfig): Tensor {
  const longest = Math.max(...ROWS);
  const values = new Float32Array(ROWS.length * longest * config.width).fill(NaN);
  const random = new TestRandom(5);
  ROWS.forEach((n, b) => values.set(random.normals(n * config.width, 2), b * longest * config.width));
  return gpu.upload(values, [ROWS.length, longest, config.width]);
}

/** ln P of every next token behind each prefix of up to LIMIT − 1 tokens, by forced decoding of one memory. */
async function allPrefixes(gpu: Gpu, model: Model, whole: Tensor, b: number): Promise<Map<string, Float32Array>> {
  using _scope = gpu.scope();
  const rows = V ** (LIMIT - 1);
  const own = new Array<number>(rows).fill(ROWS[b]);
  const [, time, d] = whole.shape;
  const repeated = gpu.tensor([rows, time, d]);
  for (let row = 0; row < rows; row++) gpu.copy(slice(whole, 0, 2), b * time * d, repeated, row * time * d, time * d);
  const rowLengths = lengths(gpu, own, time);
  const state = startDecoder(gpu, model, rowLengths, LIMIT);
  hearMemory(gpu, model, repeated, rowLengths, state);
  const found = new Map<string, Float32Array>();
  const digit = (row: number, i: number) => Math.floor(row / V ** i) % V;
  for (let i = 0; i < LIMIT; i++) {
    const tokens = Uint32Array.from({ length: rows }, (_, row) => i === 0 ? START : digit(row, i - 1));
    const logits = decodeStep(gpu, model.config, model.weights.decoder, gpu.upload(tokens), state);
    const logarithms = await gpu.read(logSoftmax(gpu, logits));
    for (let row = 0; row < V ** i; row++) {
      const prefix = Array.from({ length: i }, (_, k) => digit(row, k));
      found.set(prefix.join(), logarithms.slice(row * V, (row + 1) * V));
    }
  }
  return found;
}

interface Scores {
  readonly decoder: Map<string, Float32Array>;
  readonly ctc: Map<string, number>;
}

/** Every way to say up to LIMIT tokens, best first. */
function enumerate({ decoder, ctc }: Scores, weight: number, fusion: Fusion | undefined, penalty: number) {
  const all: { tokens: number[]; score: number }[] = [];
  const add = (tokens: number[], total: number): void => {
    const labels = tokens.filter((token) => token !== END);
    const words = decodeText(VOCABULARY, labels).split(" ").filter((word) => word !== "");
    const fused = fusion
      ? fusion.alpha * Math.LN10 * scoreSentence(fusion.model, words) + fusion.beta * words.length
      : 0;
    const acoustic = weight === 0 ? total : weight * (ctc.get(labels.join()) ?? -Infinity) + (1 - weight) * total;
    if (acoustic > -Infinity) all.push({ tokens, score: (acoustic + fused) / tokens.length ** penalty });
  };
  const visit = (tokens: number[], total: number): void => {
    decoder.get(tokens.join())!.forEach((p, token) => {
      const longer = [...tokens, token];
      if (token === END || longer.length === LIMIT) add(longer, total + p);
      else visit(longer, total + p);
    });
  };
  visit([], 0);
  return all.sort((a, b) => b.score - a.score);
}

for (const config of CONFIGS) {
  gpuTest(`beamSearch() finds what an exhaustive search finds: ${config.name}`, async (gpu) => {
    const model = createModel(gpu, config, 3);
    const whole = memory(gpu, config);
    const own = lengths(gpu, ROWS, Math.max(...ROWS));
    const posteriors = (await ctcLogProbabilities(gpu, model, { memory: whole, lengths: own }))
      .map(({ log, frames }) => ctcPosteriors(log, frames, V));
    const scores: Scores[] = [];
    for (const b of ROWS.keys()) {
      const ctc = enumerateLabellings(posteriors[b].log, ROWS[b], V, [3, 4]);
      scores.push({ decoder: await allPrefixes(gpu, model, whole, b), ctc });
    }
    for (
      const [weight, fusion, lengthPenalty] of [
        [0, undefined, 0],
        [0, undefined, 1],
        [0, FUSION, 0],
        [0.3, undefined, 0],
        [0.5, FUSION, 0],
        [1, undefined, 0],
      ] as const
    ) {
      const ctc = weight > 0 ? posteriors.map((posteriors) => ({ posteriors, weight })) : undefined;
      const limits = [LIMIT, LIMIT];
      const found = await beamSearch(gpu, model, whole, own, { width: 80, limits, lengthPenalty, fusion, ctc });
      for (const b of ROWS.keys()) {
        const expected = enumerate(scores[b], weight, fusion, lengthPenalty);
        const what = `weight ${weight}, sequence ${b}`;
        assert.deepEqual(found[b][0].tokens, expected[0].tokens, what);
        // The whole list is right, too, though not complete: the search ends when its best is sure.
        for (const { tokens, score } of found[b]) {
          const exact = expected.find((e) => e.tokens.join() === tokens.join());
          assert.ok(exact && Math.abs(exact.score - score) < 1e-4 * Math.max(1, Math.abs(score)), `${what}: ${tokens}`);
        }
      }
    }
    releaseModel(gpu, model);
  });

  gpuTest(`beamSearch() of width 1 is greedy decoding: ${config.name}`, async (gpu) => {
    const model = createModel(gpu, config, 8);
    const whole = memory(gpu, config);
    const own = lengths(gpu, ROWS, Math.max(...ROWS));
    const limits = [9, 5];
    const greedy = await greedyHypotheses(gpu, model, whole, own, limits);
    const beam = await beamSearch(gpu, model, whole, own, { width: 1, limits });
    assert.deepEqual(beam.map(([best]) => best.tokens), greedy.map(({ tokens }) => tokens));
    beam.forEach(([{ score }], b) => assert.ok(Math.abs(score - greedy[b].score) < 1e-4, `${score}`));
    const most = Math.max(...limits);
    const state = startDecoder(gpu, model, own, most);
    hearMemory(gpu, model, whole, own, state);
    const plain = await gpu.read(greedyTokens(gpu, model, state, most, limits.length));
    const texts = limits.map((n, b) => decodeText(VOCABULARY, plain.subarray(b * most, b * most + n)));
    assert.deepEqual(greedy.map(({ tokens }) => decodeText(VOCABULARY, tokens)), texts);
    releaseModel(gpu, model);
  });
}
