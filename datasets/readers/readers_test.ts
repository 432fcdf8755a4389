import assert from "node:assert/strict";
import { inputError } from "../testing.ts";
import { assertSweep, openTest, rows, testRoot } from "./testing.ts";

const LIBRISPEECH = [
  ["121-121726-0000", "121", "ALSO A POPULAR CONTRIVANCE", 0.25],
  ["61-70968-0000", "61", "HE BEGAN A CONFUSED COMPLAINT", 0.25],
  ["61-70968-0001", "61", "GIVE NOT SO EARNEST A MIND", 0.25],
];

Deno.test("librispeech-clean is the same from its folder and its tar.gz, less the line that has no audio", async () => {
  const folder = await openTest("librispeech-clean", "librispeech_folder");
  const archive = await openTest("librispeech-clean", "librispeech_tar");
  for (const corpus of [folder, archive]) {
    assert.deepEqual(rows(corpus), LIBRISPEECH);
    for (const [i, seed] of [13, 11, 12].entries()) assertSweep(await corpus.utterances[i].audio(), 0.25, seed);
  }
  assert.equal(folder.sha256, archive.sha256);
  assert.equal(folder.source.form, "LibriSpeech folder");
  assert.equal(archive.source.form, "LibriSpeech tar.gz");
  assert.deepEqual(await archive.utterances[1].audio(), await folder.utterances[1].audio());
});

Deno.test("a set is found from the root, its folder, its split and its archive alike", async () => {
  for (const path of ["", "/LibriSpeech", "/LibriSpeech/test-clean"]) {
    assert.deepEqual(rows(await openTest("librispeech-clean", `librispeech_folder${path}`)), LIBRISPEECH);
  }
  for (const path of ["", "/LibriSpeech", "/LibriSpeech/test-clean.tar.gz"]) {
    assert.deepEqual(rows(await openTest("librispeech-clean", `librispeech_tar${path}`)), LIBRISPEECH);
  }
  const other = openTest("librispeech-other", "librispeech_folder/LibriSpeech/test-clean");
  await assert.rejects(other, inputError(testRoot("librispeech_folder"), /holds no librispeech-other/));
});

Deno.test("an4 is the same from its archive and its folder: big-endian samples, no marks in the text, the speaker's folder", async () => {
  const archive = await openTest("an4", "an4_tar");
  const expected = [["an406-fcaw-b", "fcaw", "RUBOUT G M", 0.1], ["cen1-mmxg-b", "mmxg", "GO", 0.1]];
  assert.deepEqual(rows(archive), expected);
  assert.deepEqual(rows(await openTest("an4", "an4_folder/an4")), expected);
  const folder = await openTest("an4", "an4_folder");
  for (const [i, seed] of [20, 21].entries()) {
    assertSweep(await archive.utterances[i].audio(), 0.1, seed);
    assert.deepEqual(await folder.utterances[i].audio(), await archive.utterances[i].audio());
  }
});

Deno.test("gigaspeech reads the segments of its official JSON out of Opus, drops garbage and what has no audio", async () => {
  const corpus = await openTest("gigaspeech", "gigaspeech_json");
  assert.deepEqual(rows(corpus).map((row) => row.slice(0, 3)), [
    ["POD1000000001_S0000000", "POD1000000001", "AS THEY'RE LEAVING <COMMA> CAN KASH PULL ZAHRA ASIDE <QUESTIONMARK>"],
    ["POD1000000001_S0000001", "POD1000000001", "SIX TOMATOES <PERIOD>"],
  ]);
  assert.equal(corpus.dropped, 1);
  assertSweep(await corpus.utterances[0].audio(), 1.5, 30);
  // 3.2 s into the bursts of 4 a second.
  assertSweep(await corpus.utterances[1].audio(), 1.5, 30 + 2 * Math.PI * 4 * 3.2);
});

Deno.test("gigaspeech reads the hub's shards, of one configuration, and their row groups", async () => {
  const corpus = await openTest("gigaspeech", "gigaspeech_parquet");
  assert.deepEqual(rows(corpus), rows(await openTest("gigaspeech", "gigaspeech_json")));
  assert.equal(corpus.sha256, (await openTest("gigaspeech", "gigaspeech_json")).sha256);
  assert.deepEqual([corpus.dropped, corpus.source.form], [1, "Hugging Face parquet"]);
  for (const [i, seed] of [50, 51].entries()) assertSweep(await corpus.utterances[i].audio(), 0.25, seed);
  assert.deepEqual(rows(await openTest("gigaspeech", "gigaspeech_parquet/gigaspeech")), rows(corpus));
});

Deno.test("spgispeech is the same from its val.csv and from the hub's parquet", async () => {
  const csv = await openTest("spgispeech", "spgispeech_csv");
  const parquet = await openTest("spgispeech", "spgispeech_parquet");
  assert.deepEqual(rows(csv), [
    ["f6b70/1.wav", "f6b70", "This, of course, isn't new.", 0.25],
    ["f6b71/2.wav", "f6b71", 'We said "no" to it.', 0.25],
  ]);
  assert.equal(parquet.sha256, csv.sha256);
  for (const [i, seed] of [40, 41].entries()) assertSweep(await csv.utterances[i].audio(), 0.25, seed);
  for (const [i, seed] of [50, 51].entries()) assertSweep(await parquet.utterances[i].audio(), 0.25, seed);
});

Deno.test("the Open ASR Leaderboard's parquet is read for each of the sets, and told by its content", async () => {
  const ids = {
    "gigaspeech": ["POD1000000001_S0000000", "POD1000000001"],
    "spgispeech": ["f6b70/1.wav", "f6b70"],
    "librispeech-clean": ["61-70968-0000", "61"],
  };
  for (const [id, [utterance, speaker]] of Object.entries(ids)) {
    const set = `leaderboard/open-asr-leaderboard/${id.split("-")[0]}`;
    for (const root of ["leaderboard", set]) {
      const corpus = await openTest(id, root);
      assert.deepEqual(rows(corpus), [[utterance, speaker, "some words", 0.25]]);
      assert.equal(corpus.source.form, "Open ASR Leaderboard parquet");
      assertSweep(await corpus.utterances[0].audio(), 0.25, 50);
    }
  }
  const wrong = openTest("spgispeech", "leaderboard/open-asr-leaderboard/gigaspeech");
  await assert.rejects(wrong, inputError(testRoot("leaderboard"), /holds no spgispeech/));
});

Deno.test("parquet with other columns, or without bytes of audio, is named with what it lacks", async () => {
  const path = testRoot("other_columns/gigaspeech/test.parquet");
  const other = openTest("gigaspeech", "other_columns");
  await assert.rejects(other, inputError(path, /has no column (segment_id|id) \(it has sentence, text, audio\)/));
  const named = await openTest("gigaspeech", "no_bytes");
  await assert.rejects(
    named.utterances[0].audio(),
    inputError(testRoot("no_bytes/gigaspeech/test"), /row 0 holds no bytes/),
  );
});
