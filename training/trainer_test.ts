import assert from "node:assert/strict";
import type { Gpu } from "../kernels/gpu/mod.ts";
import { readStatus } from "../kernels/optimizer/status.ts";
import { assertClose, gpuTest } from "../kernels/testing/mod.ts";
import { initialWeights } from "./arena.ts";
import { smallBatch, smallConfig } from "./testing.ts";
import type { TrainingConfig } from "./config.ts";
import { modelConfigOf } from "./model_config.ts";
import { fetchFigures, HISTORY_STEPS, makeTrainer, type Trainer, trainStep } from "./trainer.ts";

const DISTURBED = [
  "regularization.dropout=0.2",
  "regularization.labelSmoothing=0.1",
  'regularization.tokenNoise={"share":1,"tokens":0.5}',
  "regularization.specAugment.binMasks=1",
  "regularization.specAugment.bins=10",
  "optimizer.averageDecay=0.9",
];

function newTrainer(gpu: Gpu, config: TrainingConfig): Trainer {
  const model = modelConfigOf(config, "test");
  return makeTrainer(gpu, config, model, initialWeights(model, config.seed));
}

/** Everything that a run carries from step to step. */
async function carried(gpu: Gpu, { arena: { weights, first, second, average } }: Trainer): Promise<Float32Array[]> {
  return await Promise.all([weights, first, second, average].map((x) => gpu.read(x)));
}

gpuTest("fetchFigures() gives each step's losses, norm and whether it was applied, once", async (gpu) => {
  const config = smallConfig("losses.ctcWeight=0.3", "optimizer.learningRate=1e-3");
  const trainer = newTrainer(gpu, config);
  const batch = smallBatch(config, ["go on", "yes", "mmmmmmmmmmmm"]); // the last is too long for its frames
  for (let step = 0; step < 2; step++) trainStep(trainer, batch, 0);
  trainStep(trainer, smallBatch(config, ["go on"]), 0);
  const figures = await fetchFigures(trainer);
  assert.equal(figures.length, 3);
  const classes = trainer.model.config.vocabulary.length;
  for (const { ctc, decoder, norm, applied } of figures) {
    assert.ok(ctc > 1 && ctc < 30, `CTC ${ctc}`);
    assert.ok(Math.abs(decoder - Math.log(classes)) < 1, `${decoder} nats a token before anything is learnt`);
    assert.ok(norm > 0 && applied);
  }
  assert.deepEqual(figures.map(({ impossible }) => impossible), [1, 1, 0]);
  assertClose([figures[1].ctc, figures[1].decoder], [figures[0].ctc, figures[0].decoder], 0, "the same weights");
  assert.deepEqual([trainer.step, trainer.pending], [3, 0]);
  assert.deepEqual(await fetchFigures(trainer), []);
});

gpuTest("fetchFigures() says NaN of a head that is not trained", async (gpu) => {
  for (const [ctcWeight, isCtc] of [[1, true], [0, false]] as const) {
    const config = smallConfig(`losses.ctcWeight=${ctcWeight}`);
    const trainer = newTrainer(gpu, config);
    trainStep(trainer, smallBatch(config), 0);
    const [{ ctc, decoder, applied }] = await fetchFigures(trainer);
    assert.deepEqual([Number.isFinite(ctc), Number.isFinite(decoder), applied], [isCtc, !isCtc, true]);
  }
});

gpuTest("trainStep() makes the losses fall", async (gpu) => {
  const config = smallConfig("losses.ctcWeight=0.5");
  const trainer = newTrainer(gpu, config);
  const batch = smallBatch(config);
  for (let step = 0; step < 12; step++) trainStep(trainer, batch, 1e-2);
  const [first, ...rest] = await fetchFigures(trainer);
  const last = rest.at(-1)!;
  assert.ok(last.ctc < 0.7 * first.ctc && last.decoder < 0.7 * first.decoder, JSON.stringify([first, last]));
});

gpuTest(
  "trainStep() skips a step whose loss is not finite: nothing that is carried changes, and the next goes on",
  async (gpu) => {
    const config = smallConfig(...DISTURBED);
    const trainer = newTrainer(gpu, config);
    const batch = smallBatch(config);
    trainStep(trainer, batch, 1e-2);
    const before = await carried(gpu, trainer);
    trainStep(trainer, { ...batch, gains: batch.gains.map(() => 3e38) }, 1e-2);
    assert.deepEqual(await carried(gpu, trainer), before);
    trainStep(trainer, batch, 1e-2);
    assert.notDeepEqual(await carried(gpu, trainer), before);
    const figures = await fetchFigures(trainer);
    assert.deepEqual(figures.map(({ applied }) => applied), [true, false, true]);
    const { applied, skipped } = await readStatus(gpu, trainer.status);
    assert.deepEqual([applied, skipped], [2, 1]);
    assert.ok((await carried(gpu, trainer)).every((values) => values.every(Number.isFinite)));
  },
);

gpuTest(
  "trainStep() gives the same weights for the same seed, others for another, disturbed as it may be",
  async (gpu) => {
    const after = async (...settings: string[]) => {
      const config = smallConfig(...DISTURBED, ...settings);
      const trainer = newTrainer(gpu, config);
      // The same weights for each seed, so that what is drawn is all that differs.
      gpu.write(trainer.arena.weights, initialWeights(trainer.model.config, 1));
      for (let step = 0; step < 2; step++) trainStep(trainer, smallBatch(config), 1e-2);
      return await carried(gpu, trainer);
    };
    const once = await after();
    assert.deepEqual(await after(), once);
    assert.notDeepEqual((await after("seed=2"))[0], once[0]);
  },
);

gpuTest("trainStep() has the same gradients with blocks recomputed, dropout included", async (gpu) => {
  const gradients = async (...settings: string[]) => {
    const config = smallConfig(...DISTURBED, ...settings);
    const trainer = newTrainer(gpu, config);
    trainStep(trainer, smallBatch(config), 1e-2);
    return await gpu.read(trainer.arena.gradients);
  };
  for (const cross of ["mamba", "attention", "concat"]) {
    const setting = `model.decoder.crossConnection=${cross}`;
    assertClose(await gradients(setting, "recompute=true"), await gradients(setting), 1e-6, cross);
  }
});

gpuTest("trainStep() drops out others in each step", async (gpu) => {
  const config = smallConfig("regularization.dropout=0.2");
  const trainer = newTrainer(gpu, config);
  for (let step = 0; step < 2; step++) trainStep(trainer, smallBatch(config), 0);
  const [one, two] = await fetchFigures(trainer);
  assert.notEqual(one.ctc, two.ctc);
});

gpuTest("makeTrainer() goes on from a position as if nothing had come between", async (gpu) => {
  const config = smallConfig(...DISTURBED);
  const [one, two] = [smallBatch(config), smallBatch(config, ["red fox"], 5)];
  const whole = newTrainer(gpu, config);
  for (const batch of [one, two, one]) trainStep(whole, batch, 1e-2);

  const begun = newTrainer(gpu, config);
  for (const batch of [one, two]) trainStep(begun, batch, 1e-2);
  const [weights, ...moments] = await carried(gpu, begun);
  const { applied, skipped } = await readStatus(gpu, begun.status);
  const position = { step: begun.step, applied, skipped };
  const resumed = makeTrainer(gpu, config, modelConfigOf(config, "test"), weights, position);
  [resumed.arena.first, resumed.arena.second, resumed.arena.average].forEach((x, i) => gpu.write(x, moments[i]));
  trainStep(resumed, one, 1e-2);
  assert.deepEqual(await carried(gpu, resumed), await carried(gpu, whole));
});

gpuTest("trainStep() refuses to lose figures that nobody fetched", (gpu) => {
  const config = smallConfig();
  const trainer = newTrainer(gpu, config);
  trainer.pending = HISTORY_STEPS;
  assert.throws(() => trainStep(trainer, smallBatch(config), 1e-2), /64 steps' figures were never fetched/);
});
