import assert from "node:assert/strict";
import { join } from "node:path";
import { openGpu } from "../../kernels/gpu/mod.ts";
import { createModel } from "../../model/model.ts";
import { tinySamba } from "../../model/testing.ts";
import { saveModel } from "../../model/weights.ts";
import { UsageError } from "../harness/errors.ts";
import { fileSha256 } from "./file_sha256.ts";
import { MODELS_FOLDER, shippedWeights } from "./shipped.ts";
import { readSums } from "../datasets/sums.ts";

const refused = (pattern: RegExp) => (error: unknown): boolean =>
  error instanceof UsageError && pattern.test(error.message) && !error.message.includes("\n");

Deno.test("shippedWeights() gives the file whose hash is listed, and refuses any other in one line", async () => {
  const folder = await Deno.makeTempDir({ prefix: "samba-models-" });
  try {
    const path = join(folder, "samba-an4.safetensors");
    const missing = /^--engine samba: .*samba-an4\.safetensors is not there in this version: name weights .*train an4/;
    await assert.rejects(shippedWeights("samba", folder), refused(missing));
    using gpu = await openGpu();
    await saveModel(gpu, createModel(gpu, tinySamba(), 1), path);
    await assert.rejects(shippedWeights("samba", folder), refused(/SHA256SUMS beside it says none/));
    const sums = (hash: string) => Deno.writeTextFile(join(folder, "SHA256SUMS"), `${hash}  samba-an4.safetensors\n`);
    await sums(await fileSha256(path));
    assert.equal(await shippedWeights("samba", folder), path);
    await assert.rejects(shippedWeights("transformer", folder), refused(/transformer-an4\.safetensors is not there/));
    await sums("0".repeat(64));
    const changed =
      /samba-an4\.safetensors: has the SHA-256 [0-9a-f]{64}, and SHA256SUMS beside it says 0{64}: it is not/;
    await assert.rejects(shippedWeights("samba", folder), refused(changed));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("models/ holds what its SHA256SUMS lists and no weights besides", async () => {
  const listed = await readSums(MODELS_FOLDER);
  for (const { name, sha256 } of listed) assert.equal(await fileSha256(join(MODELS_FOLDER, name)), sha256, name);
  const names = (await Array.fromAsync(Deno.readDir(MODELS_FOLDER))).map(({ name }) => name);
  const weights = names.filter((name) => name.endsWith(".safetensors"));
  assert.deepEqual(weights.sort(), listed.map(({ name }) => name).sort());
});
