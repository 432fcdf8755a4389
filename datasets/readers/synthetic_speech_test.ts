import assert from "node:assert/strict";
import { encodeWav } from "../audio/wav.ts";
import { isPartial } from "../corpus.ts";
import { inFolder } from "../download/testing.ts";
import { datasetNamed, findDataset, openCorpus } from "../registry.ts";
import { manifestOf, writeManifest } from "../synthetic_speech/manifest.ts";
import { inputError } from "../testing.ts";

const SETTINGS = {
  ...{ generator: 1, espeak_ng: "1.51", languages: ["en-us"], variants: ["f1"], seed: 7 },
  text: { kind: "text", name: "book.txt", sha256: "0123456789abcdef" },
} as const;
const EXTENT = { speakers: 1, utterances: 2, words: 3, seconds: 3 };
const ENTRY = datasetNamed("synthetic-speech");

/** A folder as `makeSpeech` leaves it, of two utterances of one and two seconds, in `root`. */
async function write(root: string): Promise<string> {
  const folder = `${root}/synthetic-speech`;
  const chapter = `${folder}/9000000/1`;
  await Deno.mkdir(chapter, { recursive: true });
  const channels = (seconds: number) => [new Float32Array(16000 * seconds).fill(0.5)];
  for (const i of [0, 1]) {
    const wav = encodeWav({ sampleRate: 16000, channels: channels(i + 1) }, "pcm16");
    await Deno.writeFile(`${chapter}/9000000-1-000${i}.wav`, wav);
  }
  await Deno.writeTextFile(`${chapter}/9000000-1.trans.txt`, "9000000-1-0000 GO\n9000000-1-0001 GO ON\n");
  await writeManifest(folder, manifestOf(SETTINGS, 3 / 3600, EXTENT));
  return folder;
}

Deno.test("openCorpus() reads synthesised speech under the name that says so, and how long it is", () =>
  inFolder(async (root) => {
    const folder = await write(root);
    for (const place of [root, folder]) {
      const corpus = await openCorpus(ENTRY, place);
      assert.equal(corpus.version, "synthesised 1 (espeak-ng 1.51, text book.txt 01234567, seed 7)");
      assert.equal(corpus.source.form, "synthesised by espeak-ng 1.51");
      assert.deepEqual(corpus.expected, { utterances: 2, words: 3, hours: 3 / 3600 });
      assert.deepEqual(corpus.utterances.map(({ text, seconds }) => [text, seconds]), [["GO", 1], ["GO ON", 2]]);
      assert.equal((await corpus.utterances[1].audio()).length, 32000);
      assert.equal(isPartial(corpus), false);
    }
  }));

Deno.test("openCorpus() refuses speech that is not finished, or of which a file is missing", () =>
  inFolder(async (root) => {
    const folder = await write(root);
    await writeManifest(folder, manifestOf(SETTINGS, 1, null));
    await assert.rejects(openCorpus(ENTRY, root), inputError(folder, /is not finished; run the command/));
    await writeManifest(folder, manifestOf(SETTINGS, 1, EXTENT));
    await Deno.remove(`${folder}/9000000/1/9000000-1-0001.wav`);
    await assert.rejects(openCorpus(ENTRY, root), inputError(folder, /0001\.wav: is missing/));
  }));

Deno.test("findDataset() takes no other program's manifest for one of speech", () =>
  inFolder(async (root) => {
    await Deno.writeTextFile(`${root}/manifest.json`, '{"kind":"web app"}');
    assert.equal(await findDataset(ENTRY, root), null);
  }));
