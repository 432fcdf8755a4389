import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { honest, inFolder, serve, type TestServer } from "../../../datasets/download/testing.ts";
import { inputError } from "../../../datasets/testing.ts";
import { fetchWeights, parseHubName } from "./hub.ts";
import { findWeights } from "./weights.ts";

const REPO = "onnx-community/whisper-toy";
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const FILES: Readonly<Record<string, string>> = {
  "README.md": "not wanted",
  "config.json": `{"model_type": "whisper"}`,
  "generation_config.json": `{"no_timestamps_token_id": 3}`,
  "preprocessor_config.json": "{}",
  "tokenizer.json": "{ }",
  "tokenizer_config.json": "{  }",
  "onnx/encoder_model.onnx": "encoder",
  "onnx/encoder_model.onnx_data": "its weights",
  "onnx/decoder_model_merged.onnx": "decoder",
  "onnx/encoder_model_quantized.onnx": "encoder in int8",
  "onnx/decoder_model_merged_quantized.onnx": "decoder in int8",
};

/** A hub that holds one repository, whose branch `main` is at COMMIT. */
function hub(): TestServer {
  const json = (value: unknown) => ({ status: 200, body: new TextEncoder().encode(JSON.stringify(value)) });
  return serve((request) => {
    if (request.path === `/api/models/${REPO}/revision/main`) return json({ sha: COMMIT });
    if (request.path.startsWith(`/api/models/${REPO}/tree/${COMMIT}`)) {
      return json(
        Object.entries(FILES).map(([path, text]) => {
          const lfs = path.startsWith("onnx/") ? { lfs: { oid: createHash("sha256").update(text).digest("hex") } } : {};
          return { type: "file", path, size: text.length, ...lfs };
        }),
      );
    }
    const text = FILES[request.path.replace(`/${REPO}/resolve/${COMMIT}/`, "")];
    return text === undefined ? { status: 404 } : honest(new TextEncoder().encode(text), request);
  });
}

Deno.test("parseHubName() tells REPO@REVISION from folders", () => {
  assert.deepEqual(parseHubName("a-b/c.d_e@main"), { repo: "a-b/c.d_e", revision: "main" });
  assert.deepEqual(parseHubName("a/b@refs/pr/1"), { repo: "a/b", revision: "refs/pr/1" });
  assert.deepEqual(parseHubName("a/b"), { repo: "a/b", revision: null });
  for (const folder of ["a", "./a/b", "../a", "/a/b", "a/b/c", "a/b@", "C:\\a"]) {
    assert.equal(parseHubName(folder), null, folder);
  }
});

Deno.test("fetchWeights() fetches what a precision needs, once, and findWeights() takes it", async () => {
  await inFolder(async (models) => {
    await using server = hub();
    const notes: string[] = [];
    const place = { models, endpoint: server.url, download: { onNote: (line: string) => notes.push(line) } };
    const { folder, name } = await fetchWeights(`${REPO}@main`, "fp32", place);
    assert.equal(folder, join(models, REPO, COMMIT));
    assert.equal(name, `${REPO}@${COMMIT}`);
    assert.match(notes[0], new RegExp(`give ${name} to keep to it`));
    assert.equal((await findWeights(folder, "fp32", name)).dtype, "fp32");
    assert.equal(await Deno.readTextFile(join(folder, "onnx/encoder_model.onnx_data")), "its weights");
    await assert.rejects(Deno.stat(join(folder, "README.md")), Deno.errors.NotFound);
    await assert.rejects(Deno.stat(join(folder, "onnx/encoder_model_quantized.onnx")), Deno.errors.NotFound);

    const before = server.seen.length;
    assert.deepEqual(await fetchWeights(name, "fp32", place), { folder, name });
    assert.equal(server.seen.length, before, "a commit that is there needs no network");
    await fetchWeights(name, "q8", place);
    const later = server.seen.slice(before).map(({ path }) => path).filter((path) => path.includes("/resolve/"));
    assert.deepEqual(later.map((path) => path.slice(path.indexOf("onnx/"))).sort(), [
      "onnx/decoder_model_merged_quantized.onnx",
      "onnx/encoder_model_quantized.onnx",
    ], "only what is new");
  });
});

Deno.test("fetchWeights() says what the repository has where it lacks the precision", async () => {
  await inFolder(async (models) => {
    await using server = hub();
    const fetching = fetchWeights(`${REPO}@${COMMIT}`, "q4", { models, endpoint: server.url });
    const pattern = /has no onnx\/encoder_model_q4\.onnx; of encoders it has onnx\/encoder_model\.onnx, /;
    await assert.rejects(fetching, inputError(`${REPO}@${COMMIT}`, pattern));
  });
});

Deno.test("fetchWeights() asks for a revision", async () => {
  await assert.rejects(fetchWeights(REPO, "fp32", { models: "/tmp/unused" }), {
    name: "UsageError",
    message: `--weights ${REPO}: no such folder, and a repository of the Hugging Face hub needs its revision; ` +
      `give ${REPO}@COMMIT, or ${REPO}@main for today's`,
  });
});
