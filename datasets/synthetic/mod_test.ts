import assert from "node:assert/strict";
import { readAudio, SAMPLE_RATE } from "../audio/read.ts";
import { readLibriSpeech } from "../librispeech.ts";
import { readText } from "../files.ts";
import { dataTest, inputError } from "../testing.ts";
import { sha256, syntheticAudio } from "./mod.ts";

Deno.test("syntheticAudio() generates without a data root, says so and claims no words", async () => {
  for (const seconds of [0.001, 1, 2.34567, 10]) {
    const audio = await syntheticAudio({ seconds, seed: 6 });
    assert.equal(audio.samples.length, Math.round(seconds * SAMPLE_RATE));
    assert.equal(audio.source, "generated");
    assert.equal("text" in audio, false);
    const { segments, ...rest } = audio.manifest;
    assert.deepEqual(rest, { seed: 6, seconds, source: "generated", sha256: sha256(audio.samples) });
    for (const segment of segments) assert.deepEqual(Object.keys(segment), ["start", "end"]);
  }
});

Deno.test("sha256() is that of the little-endian float32 bytes", () => {
  // From Python: hashlib.sha256(struct.pack("<3f", 0, 1, -0.5))
  assert.equal(
    sha256(Float32Array.of(9, 0, 1, -0.5).subarray(1)),
    "dbde3f595c2501dfce3d0c8a02ec2baaeac2c2a514757d9660d1948dc072c540",
  );
});

Deno.test("syntheticAudio() refuses seconds, seeds and data roots that make no sense", async () => {
  for (const seconds of [0, -1, NaN, Infinity, 1e-6]) {
    await assert.rejects(syntheticAudio({ seconds, seed: 1 }), inputError(`${seconds} s`, /give seconds above 0/));
  }
  await assert.rejects(syntheticAudio({ seconds: 1, seed: -1 }), inputError("seed -1", /whole number/));
  const dataRoot = new URL(".", import.meta.url).pathname;
  await assert.rejects(
    syntheticAudio({ seconds: 60, seed: 1, dataRoot }),
    inputError(dataRoot, /holds no LibriSpeech/),
  );
});

dataTest(
  "syntheticAudio() stitches real utterances whose audio and text are those of the manifest",
  async (dataRoot) => {
    const audio = await syntheticAudio({ seconds: 100.5, seed: 17, dataRoot });
    assert.equal(audio.source, "stitched");
    assert.equal(audio.samples.length, 100.5 * SAMPLE_RATE);
    assert.equal(audio.manifest.sha256, sha256(audio.samples));
    const corpus = new Map((await readLibriSpeech(dataRoot)).map((utterance) => [utterance.id, utterance]));
    const { segments } = audio.manifest;
    assert.ok(segments.length > 5);
    for (const { id, start, end, text } of segments) {
      const { path, speaker } = corpus.get(id!)!;
      assert.deepEqual(audio.samples.slice(start, end), await readAudio(path));
      const transcript = await readText(path.replace(/\/[^/]*$/, `/${speaker}-${id!.split("-")[1]}.trans.txt`));
      assert.ok(transcript.split("\n").includes(`${id} ${text}`));
    }
    assert.equal(audio.text, segments.map(({ text }) => text).join(" "));
    assert.deepEqual(await syntheticAudio({ seconds: 100.5, seed: 17, dataRoot }), audio);
  },
);
