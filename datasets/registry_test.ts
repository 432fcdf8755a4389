import assert from "node:assert/strict";
import { isPartial } from "./corpus.ts";
import { readAudio } from "./audio/read.ts";
import { readLibriSpeech } from "./librispeech.ts";
import { datasetNamed, DATASETS, findDataset, openCorpus } from "./registry.ts";
import { dataTest, inputError } from "./testing.ts";

const words = (utterances: readonly { readonly text: string }[]) =>
  utterances.reduce((sum, { text }) => sum + text.split(/\s+/).filter((word) => word !== "").length, 0);

Deno.test("DATASETS has every set once, and every file a place to come from", () => {
  assert.deepEqual(
    DATASETS.map(({ id }) => id),
    ["librispeech-clean", "librispeech-other", "gigaspeech", "spgispeech", "an4", "synthetic", "synthetic-speech"],
  );
  for (const { id, files, hub, gated } of DATASETS) {
    assert.ok(files.length > 0 || hub !== null || id.startsWith("synthetic"), id);
    assert.equal(hub !== null, gated !== null, id);
    for (const { url, name } of files) assert.ok(url.endsWith(`/${name}`), url);
  }
});

Deno.test("datasetNamed() suggests what is near, else names all", () => {
  assert.equal(datasetNamed("an4").id, "an4");
  const cases: [string, RegExp][] = [
    ["librispeech", /did you mean librispeech-clean or librispeech-other\?/],
    ["gigaspech", /did you mean gigaspeech\?/],
    ["", /there are librispeech-clean, .*, synthetic-speech/],
    ["switchboard", /there are librispeech-clean/],
  ];
  for (const [id, pattern] of cases) assert.throws(() => datasetNamed(id), inputError(id, pattern));
});

Deno.test("openCorpus() says what it looked for and how to get it", async () => {
  const here = new URL("audio", import.meta.url).pathname;
  const cases: [string, RegExp][] = [
    ["librispeech-clean", /LibriSpeech\/test-clean.*; get it: deno task datasets get librispeech-clean$/],
    ["gigaspeech", /accept .* at https:.*gigaspeech, then get it: deno task datasets get gigaspeech$/],
    ["synthetic", /deno task datasets get librispeech-other$/],
    ["synthetic-speech", /make it: deno task datasets get synthetic-speech --grammar an4 --hours 1$/],
  ];
  for (const [id, pattern] of cases) {
    await assert.rejects(openCorpus(datasetNamed(id), here), inputError(here, pattern));
    assert.equal(await findDataset(datasetNamed(id), here), null);
  }
  await assert.rejects(openCorpus(datasetNamed("an4"), `${here}/nowhere`), inputError(here, /no such folder/));
});

dataTest("openCorpus() reads AN4 whole: 130 utterances of 10 speakers, 773 words", async (root) => {
  const corpus = await openCorpus(datasetNamed("an4"), root);
  const { utterances, expected } = corpus;
  assert.deepEqual([utterances.length, words(utterances)], [130, 773]);
  assert.deepEqual([expected.utterances, expected.words, isPartial(corpus)], [130, 773, false]);
  assert.equal(new Set(utterances.map(({ speaker }) => speaker)).size, 10);
  for (const { id, seconds, audio } of utterances) {
    const samples = await audio();
    assert.equal(samples.length, seconds! * 16000, id);
    // Of the wrong byte order the samples would be noise as loud as can be.
    const rms = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
    assert.ok(rms > 1e-3 && rms < 0.2, `${id}: ${rms}`);
  }
});

dataTest("openCorpus() reads a part of LibriSpeech, and says of how much", async (root) => {
  for (const [id, count, whole] of [["librispeech-clean", 4, 2620], ["librispeech-other", 100, 2939]] as const) {
    const corpus = await openCorpus(datasetNamed(id), root);
    assert.deepEqual([corpus.utterances.length, corpus.expected.utterances, isPartial(corpus)], [count, whole, true]);
    for (const { seconds, audio } of corpus.utterances.slice(0, 4)) {
      assert.equal((await audio()).length, Math.round(seconds! * 16000));
    }
  }
});

dataTest("openCorpus() stitches synthetic recordings whose text is known before their samples", async (root) => {
  const corpus = await openCorpus(datasetNamed("synthetic"), root);
  assert.equal(corpus.utterances.length, 6);
  assert.equal(new Set(corpus.utterances.map(({ text }) => text)).size, 6);
  assert.ok(words(corpus.utterances) > 3000);
  const samples = await corpus.utterances[0].audio();
  assert.equal(samples.length, 300 * 16000);
  assert.deepEqual((await openCorpus(datasetNamed("synthetic"), root, { limit: 2 })).utterances.length, 2);
});

dataTest("readLibriSpeech() reads the lossy copies whole: 1,131 as MP3, 250 as Opus", async (root) => {
  const utterances = await readLibriSpeech(`${root}/LibriSpeech-lossy`, { extensions: [".mp3", ".opus"] });
  const mp3 = utterances.filter(({ path }) => path.endsWith(".mp3"));
  const opus = utterances.filter(({ path }) => path.endsWith(".opus"));
  assert.deepEqual([mp3.length, opus.length], [1131, 250]);
  assert.equal(new Set(mp3.map(({ speaker }) => speaker)).size, 17);
  assert.equal(new Set(opus.map(({ speaker }) => speaker)).size, 250);
  for (const { id, path, text } of [...mp3.filter((_, i) => i % 100 === 0), ...opus.filter((_, i) => i % 25 === 0)]) {
    const seconds = (await readAudio(path)).length / 16000;
    // Readers say two to four words a second; a wrong length or rate would show.
    const rate = words([{ text }]) / seconds;
    assert.ok(rate > 1 && rate < 5, `${id}: ${rate} words a second`);
  }
});
