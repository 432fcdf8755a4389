import assert from "node:assert/strict";
import { gpuTest } from "../kernels/testing/mod.ts";
import { createModel, parameterCount } from "../model/model.ts";
import { tinySamba, tinyTransformer } from "../model/testing.ts";
import { decays, initialWeights, isTrained, layOut, makeArena, modelOver } from "./arena.ts";

Deno.test("layOut() gives every weight a place of its own that begins at a multiple of 64 elements", () => {
  for (const config of [tinySamba("causal"), tinyTransformer()]) {
    const { places, size } = layOut(config);
    let end = 0;
    for (const { parameter, start, count } of places) {
      assert.equal(start % 64, 0, parameter.name);
      assert.ok(start >= end && start < end + 64, parameter.name);
      end = start + count;
    }
    assert.ok(size % 64 === 0 && size >= end && size < end + 64);
    assert.equal(places.reduce((sum, { count }) => sum + count, 0), parameterCount(config).total);
  }
});

Deno.test("decays() holds for matrices, not for norms, biases, A_log, D, dt biases", () => {
  const { places } = layOut(tinySamba("causal"));
  const spared = places.map(({ parameter }) => parameter).filter((parameter) => !decays(parameter));
  const kinds = new Set(spared.map(({ name }) => name.replace(/^.*?(\w+(\.weight|\.bias)?)$/, "$1")));
  const matrices = places.filter(({ parameter: { name } }) => /_proj|projection|embedding|ctc\.weight/.test(name));
  assert.ok(matrices.length > 10);
  for (const { parameter } of matrices) {
    assert.equal(decays(parameter), !/bias/.test(parameter.name), parameter.name);
  }
  for (const kind of ["a_log", "d", "dt_bias"]) assert.ok(kinds.has(kind), [...kinds].join());
  assert.ok(spared.every(({ name, shape }) => shape.length === 1 || /a_log$/.test(name)));
});

Deno.test("isTrained() holds for all but the frontend's constants", () => {
  const { places } = layOut(tinySamba("causal"));
  const frozen = places.filter(({ parameter }) => !isTrained(parameter)).map(({ parameter: { name } }) => name);
  assert.deepEqual(frozen, ["frontend.mean", "frontend.deviation"]);
});

gpuTest(
  "initialWeights() are those of createModel() of the same seed, and modelOver() finds each at its place",
  async (gpu) => {
    const config = tinySamba("causal");
    const weights = initialWeights(config, 7);
    const arena = makeArena(gpu, config, weights);
    const over = modelOver(gpu, config, arena, arena.weights);
    const made = createModel(gpu, config, 7);
    assert.deepEqual([...over.parameters.keys()], [...made.parameters.keys()]);
    for (const [name, tensor] of made.parameters) {
      const found = over.parameters.get(name)!;
      assert.deepEqual(found.shape, tensor.shape, name);
      assert.deepEqual(await gpu.read(found), await gpu.read(tensor), name);
    }
    assert.notDeepEqual(initialWeights(config, 8), weights);
  },
);

gpuTest(
  "makeArena() begins without gradients and moments, averages the weights, and flags whole blocks",
  async (gpu) => {
    const config = tinySamba("causal");
    const weights = initialWeights(config, 7);
    const arena = makeArena(gpu, config, weights);
    assert.deepEqual(await gpu.read(arena.average), weights);
    for (const zero of [arena.gradients, arena.first, arena.second]) {
      assert.ok((await gpu.read(zero)).every((x) => x === 0));
    }
    const decayed = await gpu.read({ ...arena.decayed, type: "u32" });
    const trained = await gpu.read({ ...arena.trained, type: "u32" });
    assert.deepEqual([decayed.length, trained.length], [arena.size / 64, arena.size / 64]);
    for (const { parameter, start, count } of arena.places) {
      for (let block = start / 64; block < Math.ceil((start + count) / 64); block++) {
        assert.equal(decayed[block], Number(decays(parameter)), parameter.name);
        assert.equal(trained[block], Number(isTrained(parameter)), parameter.name);
      }
    }
  },
);
