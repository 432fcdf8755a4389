import assert from "node:assert/strict";
import { exampleTraining } from "./example_training.ts";
import { deriveTrainingFits, measuredStep, missingStep, recomputationOf, stepFigure } from "./training_derive.ts";
import type { MeasuredStep } from "./training_schema.ts";

const { long, throughput } = exampleTraining();
const first = throughput!.rows[0].step as MeasuredStep;

function raw(step: MeasuredStep) {
  const stages = step.stages.map(({ name, clock, seconds }) => ({ name, clock, samples: seconds.samples }));
  return { ...step, seconds: step.seconds.samples, stages };
}

Deno.test("measuredStep() adds up the GPU's stages, and divides all audio by all time", () => {
  const step = measuredStep(80, { ...raw(first), seconds: [1, 3] });
  assert.equal(step.audio_per_second, 40);
  assert.equal(step.seconds.median, 2);
  first.gpu_seconds!.samples.forEach((sum, i) => {
    assert.ok(Math.abs(sum - 0.9 * first.seconds.samples[i]) < 1e-12);
  });
});

Deno.test("measuredStep() has no GPU time where a stage lacks timestamps, or they are too coarse", () => {
  const { stages } = raw(first);
  const without = (changed: typeof stages) => measuredStep(80, { ...raw(first), stages: changed }).gpu_seconds;
  assert.equal(without(stages.slice(1)), null);
  assert.equal(without(stages.slice(0, 2)), null);
  assert.equal(without(stages.map((stage) => ({ ...stage, clock: "host" as const }))), null);
  assert.equal(without(stages.map(({ samples, ...stage }) => ({ ...stage, samples: samples.map(() => 0) }))), null);
  assert.equal(without([]), null);
});

Deno.test("stepFigure() takes weights, as many gradients and the optimizer's state off the peak", () => {
  assert.equal(stepFigure(first, "memory")!.median, 250 * 2 ** 20);
  assert.equal(stepFigure(first, "step_memory")!.median, 200 * 2 ** 20);
  const { memory } = first;
  const uncounted = { ...memory, ledger_peak_bytes: null, ledger_peak_by_tag: {}, reserved_peak_bytes: null };
  for (const quantity of ["memory", "step_memory"] as const) {
    assert.equal(stepFigure({ ...first, memory: uncounted }, quantity), null);
  }
});

Deno.test("recomputationOf() compares with over without, in whatever order, and nothing with a missing one", () => {
  const rows = throughput!.rows;
  const found = recomputationOf(rows.toReversed())!;
  assert.deepEqual(found, recomputationOf(rows));
  assert.ok(Math.abs(found.seconds - 1.3) < 0.05, `${found.seconds}`);
  assert.equal(found.memory, 110 / 250);
  assert.equal(found.step_memory, 60 / 200);
  assert.equal(recomputationOf(rows.slice(0, 1)), null);
  assert.equal(recomputationOf([rows[0], { ...rows[1], step: missingStep("failed", "no") }]), null);
});

Deno.test("deriveTrainingFits() finds the exponents that the samples were made with", () => {
  const fit = (engine: string, quantity: string) =>
    deriveTrainingFits(long!.rows).find((one) => one.engine === engine && one.quantity === quantity)!;
  assert.ok(Math.abs(fit("samba", "seconds").exponent - 1) < 0.03);
  assert.ok(Math.abs(fit("samba", "gpu_seconds").exponent - 1) < 0.03);
  assert.ok(Math.abs(fit("samba", "step_memory").exponent - 1) < 1e-6);
  assert.ok(fit("samba", "memory").exponent < 0.99, "the weights are a constant part");
  assert.ok(Math.abs(fit("transformer-naive", "step_memory").exponent - 2) < 1e-6);
  assert.equal(fit("transformer-naive", "seconds").points, 2);
  assert.deepEqual(deriveTrainingFits(long!.rows.slice(0, 1)), []);
});
