import assert from "node:assert/strict";
import type { Gpu, Tensor } from "../kernels/gpu/mod.ts";
import { lengths } from "../kernels/lengths.ts";
import { assertClose, gpuTest, TestRandom } from "../kernels/testing/mod.ts";
import type { ModelConfig } from "./config.ts";
import { decodeStep } from "./decoder.ts";
import { greedyTokens, hearMemory, startDecoder } from "./decoding/greedy_tokens.ts";
import { createModel, type Model, releaseModel } from "./model.ts";
import { tinySamba, tinySambaOfMoreStates, tinyTransformer } from "./testing.ts";

const TOKENS = [1, 9, 4, 4, 20];
const ROWS = [11, 4];

function memory(gpu: Gpu, model: Model, rows: readonly number[], seed = 5): Tensor {
  const longest = Math.max(...ROWS);
  const random = new TestRandom(seed);
  const values = new Float32Array(rows.length * longest * model.config.width).fill(NaN); // padding must not matter
  const all = ROWS.map((n) => random.normals(n * model.config.width));
  rows.forEach((n, b) => values.set(all[ROWS.indexOf(n)], b * longest * model.config.width));
  return gpu.upload(values, [rows.length, longest, model.config.width]);
}

/** Logits [step][sequence · V] of forced tokens, the same for every sequence. */
async function forced(gpu: Gpu, model: Model, rows: readonly number[]): Promise<Float32Array[]> {
  using _scope = gpu.scope();
  const own = lengths(gpu, rows, Math.max(...ROWS));
  const state = startDecoder(gpu, model, own, TOKENS.length);
  hearMemory(gpu, model, memory(gpu, model, rows), own, state);
  const logits: Float32Array[] = [];
  for (const token of TOKENS) {
    const step = gpu.upload(new Uint32Array(rows.length).fill(token), [rows.length]);
    logits.push(await gpu.read(decodeStep(gpu, model.config, model.weights.decoder, step, state)));
  }
  return logits;
}

const CONFIGS: ModelConfig[] = (["mamba", "concat", "attention"] as const).flatMap((cross) => [
  { ...tinySamba("bidirectional", cross), name: `samba with ${cross}` },
  { ...tinyTransformer("flash", cross), name: `transformer with ${cross}` },
]);
CONFIGS.push({ ...tinySambaOfMoreStates(), name: "samba with mamba of more states" });

for (const config of CONFIGS) {
  gpuTest(`a decoder hears each memory of a ragged batch as if alone: ${config.name}`, async (gpu) => {
    const model = createModel(gpu, config, 3);
    const together = await forced(gpu, model, ROWS);
    for (const [b, n] of ROWS.entries()) {
      const alone = await forced(gpu, model, [n]);
      const V = config.vocabulary.length;
      alone.forEach((expected, i) => assertClose(together[i].slice(b * V, (b + 1) * V), expected, 5e-6, `step ${i}`));
    }
    // The two memories differ, and each token depends on those before it.
    const V = config.vocabulary.length;
    assert.notDeepEqual(together[0].slice(0, V), together[0].slice(V));
    assert.notDeepEqual(together[2], together[3]);
    releaseModel(gpu, model);
  });
}

for (
  const config of CONFIGS.filter(({ family, decoder }) => family === "samba" && decoder.crossConnection !== "attention")
) {
  gpuTest(`a memory may be heard in chunks: ${config.name}`, async (gpu) => {
    const model = createModel(gpu, config, 3);
    const [whole] = await forced(gpu, model, [ROWS[0]]);
    const own = lengths(gpu, [ROWS[0]], ROWS[0]);
    const state = startDecoder(gpu, model, own, 1);
    const all = await gpu.read(memory(gpu, model, [ROWS[0]]));
    const d = config.width;
    for (const [from, to] of [[0, 3], [3, 4], [4, 11]]) {
      const chunk = gpu.upload(all.slice(from * d, to * d), [1, to - from, d]);
      hearMemory(gpu, model, chunk, lengths(gpu, [to - from], to - from), state);
    }
    const step = gpu.upload(Uint32Array.of(TOKENS[0]), [1]);
    const logits = await gpu.read(decodeStep(gpu, model.config, model.weights.decoder, step, state));
    assertClose(logits, whole, 5e-6);
    releaseModel(gpu, model);
  });
}

gpuTest("a Samba-ASR decoder's state is of one size whatever it has heard", (gpu) => {
  const model = createModel(gpu, tinySamba(), 3);
  const held = (rows: number): number => {
    const before = gpu.ledger.live.state;
    using _scope = gpu.scope();
    startDecoder(gpu, model, lengths(gpu, [rows], rows), 1000);
    return gpu.ledger.live.state - before;
  };
  assert.equal(held(10), held(100000));
  releaseModel(gpu, model);
  return Promise.resolve();
});

gpuTest("greedyTokens() takes the likeliest token of every step as the next one's input", async (gpu) => {
  const model = createModel(gpu, tinySamba(), 11);
  const own = lengths(gpu, ROWS, Math.max(...ROWS));
  const count = 6;
  const state = startDecoder(gpu, model, own, count);
  hearMemory(gpu, model, memory(gpu, model, ROWS), own, state);
  const tokens = await gpu.read(greedyTokens(gpu, model, state, count, 2));
  const again = startDecoder(gpu, model, own, count);
  hearMemory(gpu, model, memory(gpu, model, ROWS), own, again);
  const V = model.config.vocabulary.length;
  let input = new Uint32Array([1, 1]);
  const ended = [false, false];
  for (let i = 0; i < count; i++) {
    const logits = await gpu.read(decodeStep(gpu, model.config, model.weights.decoder, gpu.upload(input), again));
    input = new Uint32Array(2).map((_, b) => {
      const own = logits.subarray(b * V, (b + 1) * V);
      return own.indexOf(Math.max(...own));
    });
    for (const b of [0, 1]) {
      assert.equal(tokens[b * count + i], ended[b] ? 2 : input[b], `step ${i} of sequence ${b}`);
      ended[b] ||= input[b] === 2;
    }
  }
  releaseModel(gpu, model);
});
