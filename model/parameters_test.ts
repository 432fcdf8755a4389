import assert from "node:assert/strict";
import { generator, sambaALog, stepBias } from "./initialization.ts";
import { modelParameters, parameterCount } from "./model.ts";
import { type PresetName, sambaConfig, transformerConfig } from "./presets.ts";

/** By hand, from the layers' definitions. */
function sambaEncoderByHand(preset: PresetName, directions: 1 | 2): number {
  const { width: d, encoder, ssm, frontend } = sambaConfig(preset);
  const inner = ssm.expand * d;
  const direction = ssm.convolution * inner + inner + // convolution
    inner * (ssm.rank + 2 * ssm.state) + ssm.rank * inner + // x_proj, dt_proj
    inner * ssm.state + 2 * inner; // A, D, dt bias
  const mamba = d * 2 * inner + directions * direction + inner * d;
  const feedForward = 2 * d + d * encoder.feedForward + encoder.feedForward + encoder.feedForward * d + d;
  const subsampling = 3 * frontend.bins * d + d + 3 * d * d + d;
  return subsampling + encoder.blocks * (2 * d + mamba + feedForward) + 2 * d;
}

function transformerEncoderByHand(preset: PresetName): number {
  const { width: d, encoder, frontend } = transformerConfig(preset);
  const attention = d * 3 * d + 3 * d + d * d + d;
  const feedForward = 2 * d + d * encoder.feedForward + encoder.feedForward + encoder.feedForward * d + d;
  const subsampling = 3 * frontend.bins * d + d + 3 * d * d + d;
  return subsampling + encoder.blocks * (2 * d + attention + feedForward) + 2 * d;
}

for (const preset of ["nano", "small", "base", "large"] as const) {
  Deno.test(`parameterCount() of ${preset} is what the layers add up to`, () => {
    assert.equal(parameterCount(sambaConfig(preset)).encoder, sambaEncoderByHand(preset, 2));
    assert.equal(parameterCount(sambaConfig(preset, "causal")).encoder, sambaEncoderByHand(preset, 1));
    assert.equal(parameterCount(transformerConfig(preset)).encoder, transformerEncoderByHand(preset));
  });
}

Deno.test("the base encoders have about 20 million parameters and differ by less than 5 %", () => {
  const samba = parameterCount(sambaConfig("base")).encoder;
  const transformer = parameterCount(transformerConfig("base")).encoder;
  for (const count of [samba, transformer]) assert.ok(Math.abs(count / 20e6 - 1) < 0.05, `${count}`);
  assert.ok(Math.abs(samba / transformer - 1) < 0.05, `${samba} and ${transformer}`);
});

Deno.test("modelParameters() names every parameter once", () => {
  const names = modelParameters(sambaConfig("nano")).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.includes("encoder.1.mamba.backward.a_log"));
});

Deno.test("generator() depends on seed and name alone", () => {
  const first = (seed: number, name: string) => generator(seed, name)();
  assert.equal(first(1, "a"), first(1, "a"));
  assert.notEqual(first(1, "a"), first(2, "a"));
  assert.notEqual(first(1, "a"), first(1, "b"));
});

Deno.test("stepBias puts softplus of the bias in [0.001, 0.1], and sambaALog holds log 1 … log N", () => {
  const biases = stepBias([1000], generator(3, "bias"));
  const steps = Array.from(biases, (b) => Math.log1p(Math.exp(b)));
  assert.ok(Math.min(...steps) > 0.00099 && Math.max(...steps) < 0.101);
  assert.ok(steps.filter((s) => s < 0.01).length > 400, "log-uniform: half lies below 0.01");
  assert.deepEqual(sambaALog([2, 4], () => 0), Float32Array.of(...[1, 2, 3, 4, 1, 2, 3, 4].map(Math.log)));
});
