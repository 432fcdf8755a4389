import assert from "node:assert/strict";
import { gpuTest } from "../../kernels/testing/mod.ts";
import { sambaConfig } from "../../model/presets.ts";
import { END, START } from "../../model/tokenizer.ts";
import { fixedBatch } from "./fixed_batch.ts";

gpuTest("fixedBatch() makes frames of variance 1, and texts in which nothing follows itself", async (gpu) => {
  using _all = gpu.scope();
  const config = sambaConfig("nano");
  const { mel, lengths, text } = fixedBatch(gpu, config, 3, 50, 40, 7);
  assert.deepEqual(mel.shape, [3, 50, 80]);
  const values = await gpu.read(mel);
  const variance = values.reduce((sum, x) => sum + x * x, 0) / values.length;
  assert.ok(Math.abs(variance - 1) < 0.05, `${variance}`);
  assert.deepEqual(lengths.host, [50, 50, 50]);
  assert.deepEqual([text.labelLengths.host, text.tokenLengths.host], [[40, 40, 40], [41, 41, 41]]);

  const [labels, inputs, targets] = await Promise.all([
    gpu.read(text.labels),
    gpu.read(text.decoderInputs),
    gpu.read(text.targets),
  ]);
  const row = (all: ArrayLike<number>, b: number, width: number) => Array.from(all).slice(b * width, (b + 1) * width);
  const texts = [0, 1, 2].map((b) => row(labels, b, 40));
  for (const [b, own] of texts.entries()) {
    assert.ok(own.every((token) => token > END && token < config.vocabulary.length), own.join());
    assert.ok(own.every((token, i) => token !== own[i - 1]), own.join());
    assert.deepEqual(row(inputs, b, 41), [START, ...own]);
    assert.deepEqual(row(targets, b, 41), [...own, END]);
  }
  assert.notDeepEqual(texts[0], texts[1]);
  assert.ok(new Set(texts.flat()).size > 20, "characters differ");

  const again = fixedBatch(gpu, config, 3, 50, 40, 7);
  assert.deepEqual(await gpu.read(again.text.labels), labels);
  const other = fixedBatch(gpu, config, 3, 50, 40, 8);
  assert.notDeepEqual(await gpu.read(other.text.labels), labels);
});
