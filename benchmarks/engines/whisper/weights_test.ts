import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { inFolder } from "../../../datasets/download/testing.ts";
import { dataTest, inputError } from "../../../datasets/testing.ts";
import { findWeights } from "./weights.ts";

const FILES: Readonly<Record<string, string>> = {
  "config.json": `{"model_type": "whisper"}`,
  "generation_config.json":
    `{"is_multilingual": true, "lang_to_id": {"<|en|>": 1, "<|haw|>": 2}, "no_timestamps_token_id": 3}`,
  "preprocessor_config.json": "{}",
  "tokenizer.json": "{}",
  "tokenizer_config.json": "{}",
  "onnx/encoder_model_quantized.onnx": "encoder",
  "onnx/decoder_model_merged_quantized.onnx": "decoder",
};

/** Runs `body` in a folder of weights; null leaves a file out. */
async function inWeights(changed: Record<string, string | null>, body: (folder: string) => Promise<void>) {
  await inFolder(async (parent) => {
    const folder = join(await Deno.realPath(parent), "whisper-toy");
    await Deno.mkdir(join(folder, "onnx"), { recursive: true });
    for (const [name, text] of Object.entries({ ...FILES, ...changed })) {
      if (text !== null) await Deno.writeTextFile(join(folder, name), text);
    }
    await body(folder);
  });
}

function expectedHash(files: Readonly<Record<string, string>>): string {
  const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
  return sha256(Object.keys(files).sort().map((name) => `${sha256(files[name])}  ${name}\n`).join(""));
}

Deno.test("findWeights() finds the precision that is there and hashes the files that are used", async () => {
  await inWeights({ "README.md": "not used", "onnx/encoder_model.onnx": "alone" }, async (folder) => {
    assert.deepEqual(await findWeights(`${folder}/.`, null, null), {
      folder,
      name: "whisper-toy",
      dtype: "q8",
      sha256: expectedHash(FILES),
      languages: ["en", "haw"],
    });
    assert.equal((await findWeights(folder, "q8", "a/b@c")).name, "a/b@c");
  });
});

Deno.test("findWeights() takes the most faithful of several precisions, and data beside a network counts", async () => {
  const more = {
    "onnx/encoder_model_fp16.onnx": "e",
    "onnx/encoder_model_fp16.onnx_data": "weights",
    "onnx/decoder_model_merged_fp16.onnx": "d",
  };
  await inWeights(more, async (folder) => {
    const used = Object.fromEntries(Object.entries(FILES).filter(([name]) => !name.includes("quantized")));
    const { dtype, sha256 } = await findWeights(folder, null, null);
    assert.equal(dtype, "fp16");
    assert.equal(sha256, expectedHash({ ...used, ...more }));
  });
});

Deno.test("findWeights() knows weights that know English alone", async () => {
  await inWeights({ "generation_config.json": `{"no_timestamps_token_id": 3}` }, async (folder) => {
    assert.deepEqual((await findWeights(folder, null, null)).languages, []);
  });
});

Deno.test("findWeights() throws an InputError of one line that names the file and what to do", async () => {
  const cases: readonly [Record<string, string | null>, string, RegExp][] = [
    [{ "config.json": null }, "config.json", /: missing; Whisper's weights need it/],
    [{ "config.json": "{" }, "config.json", /holds no JSON object; get the file again/],
    [{ "config.json": `{"model_type": "wav2vec2"}` }, "config.json", /model of type wav2vec2; give Whisper's/],
    [{ "generation_config.json": "{}" }, "generation_config.json", /has no no_timestamps_token_id/],
    [{ "tokenizer.json": null }, "tokenizer.json", /missing for --dtype q8; Whisper's weights need it/],
    [{ "onnx/encoder_model_quantized.onnx": null }, "", /holds no onnx\/encoder_model\*\.onnx/],
    [
      { "onnx/encoder_model_quantized.onnx": "version https://git-lfs.github.com/spec/v1\n" },
      "onnx/encoder_model_quantized.onnx",
      /stand-in of Git LFS; run git lfs pull/,
    ],
  ];
  for (const [changed, file, pattern] of cases) {
    await inWeights(changed, async (folder) => {
      await assert.rejects(findWeights(folder, null, null), inputError(join(folder, file), pattern));
    });
  }
  await inWeights({}, async (folder) => {
    const file = join(folder, "onnx/decoder_model_merged_fp16.onnx");
    await assert.rejects(findWeights(folder, "fp16", null), inputError(file, /this folder holds --dtype q8/));
    await assert.rejects(findWeights(join(folder, "x"), null, null), inputError(join(folder, "x"), /no such folder/));
  });
});

dataTest("findWeights() hashes Whisper base as sha256sum does", async (root) => {
  // cd whisper-base && sha256sum $(ls *.json onnx/* | grep -v special_tokens_map | LC_ALL=C sort) | sha256sum
  const { dtype, sha256 } = await findWeights(`${root}/whisper/whisper-base`, null, null);
  assert.equal(dtype, "q8");
  assert.equal(sha256, "2133a753922c641aa4dc99eb53e50c4d3827c308c9d41c251e9a7e47eabef0fd");
});
