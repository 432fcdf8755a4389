import assert from "node:assert/strict";
import { gpuTest } from "../testing/mod.ts";
import { logMel } from "./log_mel.ts";
import { logMelReference } from "./log_mel_reference.ts";
import { type MelSpec, NATURAL_MEL, WHISPER_MEL } from "./spec.ts";

interface Golden {
  readonly shape: readonly [frames: number, bins: number];
  readonly data: readonly number[];
}

const file = JSON.parse(Deno.readTextFileSync(new URL("./testdata/whisper_log_mel.json", import.meta.url)));
const samples = Float32Array.from(file.samples as number[], (v) => v / 32768);

const SPECS: Record<string, MelSpec> = {
  whisper80: WHISPER_MEL,
  whisper128: { ...WHISPER_MEL, bins: 128 },
  natural_htk: NATURAL_MEL,
  natural_slaney: { ...NATURAL_MEL, scale: "slaney", areaNorm: true },
};

function assertWithin(actual: ArrayLike<number>, golden: Golden, tolerance: number): void {
  assert.equal(actual.length, golden.data.length);
  golden.data.forEach((v, i) => {
    assert.ok(Math.abs(actual[i] - v) <= tolerance, `element ${i} is ${actual[i]}, PyTorch has ${v}`);
  });
}

for (const [name, spec] of Object.entries(SPECS)) {
  const golden = file[name] as Golden;

  gpuTest(`logMel() equals PyTorch's ${name}`, async (gpu) => {
    const mel = logMel(gpu, gpu.upload(samples, [1, samples.length]), undefined, spec, { frames: golden.shape[0] });
    assert.deepEqual(mel.shape, [1, ...golden.shape]);
    // A quiet band beside loud ones holds their float32 rounding: about 1e-7 of the loudest amplitude.
    assertWithin(await gpu.read(mel), golden, spec.logarithm.kind === "whisper" ? 1e-5 : 2e-4);
  });
}

Deno.test("logMelReference() equals PyTorch's whisper80", () => {
  assertWithin(logMelReference(samples, WHISPER_MEL), file.whisper80, 2e-6);
});

Deno.test("logMelReference() equals PyTorch's natural_htk", () => {
  assertWithin(logMelReference(samples, NATURAL_MEL), file.natural_htk, 2e-6);
});
