import assert from "node:assert/strict";
import { join } from "node:path";
import { gpuTest, TestRandom } from "../../kernels/testing/mod.ts";
import { createModel, releaseModel } from "../../model/model.ts";
import { sambaConfig, transformerConfig } from "../../model/presets.ts";
import { saveModel } from "../../model/weights.ts";
import { UsageError } from "../harness/errors.ts";
import { engineChoice, withWeights } from "./choice.ts";
import { openOwn, type OwnOptions } from "./own.ts";
import { decodingOf } from "./own_decoding.ts";

const ARPA = ["\\data\\", "ngram 1=3", "", "\\1-grams:", "-1 <s>", "-1 </s>", "-1 a", "", "\\end\\", ""].join("\n");

/** Runs `work` with the weights of untrained nano models and a small language model in a folder. */
async function withFiles(
  gpu: Parameters<typeof saveModel>[0],
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "samba-own-" });
  try {
    for (const config of [sambaConfig("nano"), transformerConfig("nano")]) {
      const model = createModel(gpu, config, 1);
      await saveModel(gpu, model, join(folder, `${config.family}.safetensors`));
      releaseModel(gpu, model);
    }
    await Deno.writeTextFile(join(folder, "lm.arpa"), ARPA);
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const RECORDINGS = [9000, 40, 16000].map((length, i) => new TestRandom(i + 1).normals(length, 0.1));

gpuTest(
  "openOwn() transcribes by every decoding, a batch as each recording alone, too short ones as nothing",
  (gpu) =>
    withFiles(gpu, async (folder) => {
      for (const decode of ["ctc", "ctc-beam", "greedy", "beam", "joint"]) {
        const choice = engineChoice({
          weights: join(folder, "samba.safetensors"),
          decode,
          ...(decode === "ctc-beam" ? { lm: join(folder, "lm.arpa"), beam: "4" } : {}),
          ...(decode === "beam" || decode === "joint" ? { beam: "2" } : {}),
        });
        const { options: decoding, settings } = await decodingOf(choice);
        const options: OwnOptions = {
          ...{
            family: "samba",
            weights: choice.weights!,
            gpu: "deno",
            decoding,
            settings,
            batch: 3,
            times: decode === "ctc",
          },
        };
        await using engine = await openOwn(options);
        assert.equal(engine.identity.settings.decoding, decode);
        assert.equal("language_model_sha256" in engine.identity.settings, decode === "ctc-beam");
        const { transcripts, seconds } = await engine.transcribe(RECORDINGS);
        assert.ok(seconds > 0 && engine.loadSeconds > 0);
        assert.equal(transcripts[1].text, "");
        assert.deepEqual(transcripts.map(({ segments }) => segments !== null), Array(3).fill(decode === "ctc"));
        for (const [i, recording] of RECORDINGS.entries()) {
          const { transcripts: [alone] } = await engine.transcribe([recording]);
          assert.equal(alone.text, transcripts[i].text, `${decode} ${i}`);
        }
        assert.ok(engine.memory().ledgerPeakBytes! > 0);
      }
    }),
);

gpuTest(
  "openOwn() refuses another family's weights, and files that are no weights",
  (gpu) =>
    withFiles(gpu, async (folder) => {
      const open = (weights: string) =>
        openOwn({
          ...{
            family: "samba" as const,
            weights: join(folder, weights),
            gpu: "deno" as const,
            decoding: { kind: "ctc" },
          },
          ...{ settings: {}, batch: null, times: false },
        });
      await assert.rejects(open("lm.arpa"), /lm\.arpa.*safetensors|lm\.arpa/);
      await assert.rejects(open("none.safetensors"), /none\.safetensors: no such weights file/);
      const check = (engine: string, name: string) =>
        withWeights(engineChoice({ engine, weights: join(folder, name) }));
      const found = await check("transformer", "transformer.safetensors");
      assert.equal(found.weights, join(folder, "transformer.safetensors"));
      await assert.rejects(check("samba", "none.safetensors"), /none\.safetensors: no such weights file/);
      await assert.rejects(check("samba", "transformer.safetensors"), (error: Error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, /holds a transformer model; use --engine transformer$/);
        return true;
      });
    }),
);
