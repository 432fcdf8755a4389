import assert from "node:assert/strict";
import { Gpu, GpuError, openGpu } from "../kernels/gpu/mod.ts";
import { initialWeights } from "./arena.ts";
import { largestShapes, shapeOf, trainingMemory } from "./memory.ts";
import { modelConfigOf } from "./model_config.ts";
import { planEpoch, utteranceInfo } from "./plan.ts";
import { pretendGpu } from "./pretend_device.ts";
import { assemble } from "./batch.ts";
import { smallBatch, smallConfig } from "./testing.ts";
import { makeTrainer, trainStep } from "./trainer.ts";

const config = smallConfig("recombination.share=0.5", "regularization.speeds=[0.9,1.1]", "batch.utterances=3");
const model = modelConfigOf(config, "test");

Deno.test("shapeOf() is the shape that assemble() gives a batch", () => {
  const utterances = ["yes", "no", "go on", "my old cat", "nine dots"].map((text, i) => ({
    samples: new Int16Array(6000 + 5000 * i),
    tokens: [...text].map((_, i) => i % 7),
    speaker: "a",
    repeat: 1,
  }));
  const infos = utterances.map(utteranceInfo);
  let joined = 0;
  for (let epoch = 0; epoch < 6; epoch++) {
    for (const planned of planEpoch(infos, config, epoch).batches) {
      const batch = assemble(planned, utterances, model.vocabulary, { share: 0, tokens: 0 });
      joined += planned.items.filter(({ sources }) => sources.length > 1).length;
      const { size: sequences, inputWidth, outputWidth, tokenWidth } = batch;
      assert.deepEqual(shapeOf(planned, infos), { sequences, inputWidth, outputWidth, tokenWidth });
    }
  }
  assert.ok(joined > 5);
});

Deno.test("largestShapes() leaves out what another covers, and keeps what none does", () => {
  const shape = (sequences: number, width: number, tokens: number) => ({
    sequences,
    inputWidth: width,
    outputWidth: width,
    tokenWidth: tokens,
  });
  const [wide, many, small, twin] = [shape(2, 100, 8), shape(4, 50, 8), shape(2, 50, 8), shape(2, 100, 8)];
  assert.deepEqual(largestShapes([small, wide, many, twin]), [wide, many]);
  assert.deepEqual(largestShapes([wide, shape(1, 10, 16)]), [wide, shape(1, 10, 16)]);
  assert.deepEqual(largestShapes([]), []);
});

Deno.test({
  name: "trainingMemory() is what a device's pool comes to in a real step, to the byte",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    using gpu = await openGpu();
    using _all = gpu.scope();
    const some = smallBatch(config, ["go on", "yes", "no"]);
    const { size: sequences, inputWidth, tokenWidth } = some;
    const all = (value: number) => new Array<number>(sequences).fill(value);
    // Every sequence as long as its row: the most that a batch of this shape can hold.
    const batch = {
      ...some,
      inputLengths: all(inputWidth),
      outputWidth: inputWidth,
      speeds: all(1),
      labelLengths: all(tokenWidth - 1),
      tokenLengths: all(tokenWidth),
    };
    const shape = { sequences, inputWidth, outputWidth: inputWidth, tokenWidth };
    const { resident, peak } = trainingMemory(gpu, config, model, [shape]);
    assert.equal(gpu.ledger.reservedBytes, 0, "nothing is done on the device itself");
    const trainer = makeTrainer(gpu, config, model, initialWeights(model, 1));
    assert.equal(gpu.ledger.reservedBytes, resident);
    trainStep(trainer, batch, 1e-3);
    await gpu.idle();
    assert.equal(gpu.ledger.reservedBytes, peak);
    assert.ok(peak > 2 * resident);
  },
});

Deno.test({
  name: "trainingMemory() refuses what the device cannot bind, and needs less where blocks are recomputed",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    using gpu = await openGpu();
    const shape = { sequences: 4, inputWidth: 81920, outputWidth: 81920, tokenWidth: 48 };
    const { peak } = trainingMemory(gpu, config, model, [shape]);
    const twice = trainingMemory(gpu, config, model, [{ ...shape, sequences: 8 }]);
    assert.ok(twice.peak > 1.7 * peak && twice.peak < 2 * peak, `${peak}, ${twice.peak}`);
    const recomputed = trainingMemory(gpu, smallConfig("recompute=true"), model, [shape]);
    assert.ok(recomputed.peak < peak, `${recomputed.peak}, ${peak}`);
    using narrow = pretendGpu(
      new Gpu(gpu.device, gpu.adapter, { ...gpu.limits, maxStorageBufferBindingSize: 2 ** 18 }, gpu.features),
    );
    assert.throws(
      () => trainingMemory(narrow, config, model, [shape]),
      (error) => error instanceof GpuError && error.failure === "over-limit",
    );
  },
});
