import type { Gpu, IntegerTensor, Tensor } from "../kernels/gpu/mod.ts";
import { lengths as makeLengths } from "../kernels/lengths.ts";
import { assertClose, gpuTest, TestRandom } from "../kernels/testing/mod.ts";
import type { CrossConnection, ModelConfig } from "./config.ts";
import { decoderState, decodeStep, hear } from "./decoder.ts";
import { createModel, type Model, releaseModel } from "./model.ts";
import { decodeAll } from "./teacher_forcing.ts";
import { tinySamba, tinySambaOfMoreStates, tinyTransformer } from "./testing.ts";

const MEMORY = [7, 0, 4];
const TOKENS = [5, 3, 1];
const [BATCH, T, U] = [3, 7, 5];

/** Logits [U, V] of one sequence, token by token. */
async function oneByOne(
  gpu: Gpu,
  model: Model,
  memory: Tensor,
  frames: number,
  tokens: Uint32Array,
): Promise<number[]> {
  using _scope = gpu.scope();
  const { config, weights: { decoder } } = model;
  const lengths = makeLengths(gpu, [frames], T);
  const positions = model.family === "transformer" ? model.positions : undefined;
  const state = decoderState(gpu, config, decoder, lengths, tokens.length, positions);
  hear(gpu, config, decoder, memory, lengths, state);
  const logits: number[] = [];
  for (const token of tokens) {
    logits.push(...await gpu.read(decodeStep(gpu, config, decoder, gpu.upload(Uint32Array.of(token)), state)));
  }
  return logits;
}

const CROSSES: CrossConnection[] = ["mamba", "concat", "attention"];
const CONFIGS: Record<string, ModelConfig> = {
  ...Object.fromEntries(CROSSES.map((cross) => [`samba, ${cross}`, tinySamba("bidirectional", cross)])),
  ...Object.fromEntries(CROSSES.map((cross) => [`transformer, ${cross}`, tinyTransformer("flash", cross)])),
  "samba, mamba of more states": tinySambaOfMoreStates(),
};

for (const [name, config] of Object.entries(CONFIGS)) {
  gpuTest(`decodeAll() gives what decodeStep() gives token by token (${name})`, async (gpu) => {
    const model = createModel(gpu, config, 3);
    const random = new TestRandom(5);
    const rows = random.normals(BATCH * T * config.width);
    const memory = gpu.upload(rows, [BATCH, T, config.width]);
    const ids = Uint32Array.from({ length: BATCH * U }, () => 4 + random.integer(20));
    const tokens: IntegerTensor = { ...gpu.upload(ids, [BATCH, U]), type: "u32" };
    const heard = { memory, lengths: makeLengths(gpu, MEMORY, T) };
    const all = await gpu.read(decodeAll(gpu, model, tokens, makeLengths(gpu, TOKENS, U), heard));
    const V = config.vocabulary.length;
    for (let b = 0; b < BATCH; b++) {
      const own = ids.slice(b * U, b * U + TOKENS[b]);
      const size = T * config.width;
      const alone = gpu.upload(rows.slice(b * size, (b + 1) * size), [1, T, config.width]);
      const expected = await oneByOne(gpu, model, alone, MEMORY[b], own);
      assertClose(all.slice(b * U * V, (b * U + TOKENS[b]) * V), expected, 5e-6, `sequence ${b}`);
    }
    releaseModel(gpu, model);
  });
}
