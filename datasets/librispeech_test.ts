import assert from "node:assert/strict";
import { chapterUtterances, librispeechSplits, readLibriSpeech, readSplit } from "./librispeech.ts";
import { dataTest, inputError } from "./testing.ts";

const chapter = (content: string, names: string[]) => chapterUtterances("clean/1/2", "1", "2", content, names);

Deno.test("chapterUtterances() pairs audio and transcripts, sorted by id", () => {
  const names = ["1-2-0001.flac", "1-2.trans.txt", "1-2-0000.flac"];
  for (const content of ["1-2-0001 B C\n1-2-0000 IT'S A\n", "1-2-0000 IT'S A\r\n1-2-0001 B C"]) {
    assert.deepEqual(chapter(content, names), [
      { id: "1-2-0000", speaker: "1", path: "clean/1/2/1-2-0000.flac", text: "IT'S A" },
      { id: "1-2-0001", speaker: "1", path: "clean/1/2/1-2-0001.flac", text: "B C" },
    ]);
  }
});

Deno.test("chapterUtterances() names what is missing or malformed", () => {
  const transcript = "clean/1/2/1-2.trans.txt";
  const cases: [string, string[], string, RegExp][] = [
    ["1-2-0000 A\n1-2-0001 B", ["1-2-0000.flac"], "clean/1/2/1-2-0001.flac", /is missing/],
    ["1-2-0000 A", ["1-2-0000.flac", "1-2-0001.flac"], transcript, /has no line for 1-2-0001.flac/],
    ["1-2-0000 A\n1-2-0000 B", ["1-2-0000.flac"], `${transcript}:2`, /1-2-0000 comes twice/],
    ["1-2-0000 A\n1-2-0001", ["1-2-0000.flac"], `${transcript}:2`, /is not "ID TEXT"/],
    ["hello world", [], `${transcript}:1`, /is not "ID TEXT"/],
  ];
  for (const [content, names, start, pattern] of cases) {
    assert.throws(() => chapter(content, names), inputError(start, pattern));
  }
});

Deno.test("readLibriSpeech() says what it looked for where a folder holds no LibriSpeech, or is none", async () => {
  const here = new URL(".", import.meta.url).pathname;
  assert.deepEqual(await librispeechSplits(here), []);
  await assert.rejects(
    readLibriSpeech(here),
    inputError(here, /holds no LibriSpeech audio \(looked for LibriSpeech\/SPLIT/),
  );
  await assert.rejects(readLibriSpeech(`${here}nowhere`), inputError(`${here}nowhere`, /no such folder/));
  await assert.rejects(readLibriSpeech(`${here}mod.ts`), inputError(`${here}mod.ts`, /./));
});

dataTest(
  "readLibriSpeech() reads the whole layout from its parent, itself or a split, in the same order",
  async (root) => {
    const utterances = await readLibriSpeech(root);
    assert.equal(utterances.length, 104);
    assert.deepEqual(utterances[0], {
      id: "1089-134686-0000",
      speaker: "1089",
      path: `${root}/LibriSpeech/test-clean/1089/134686/1089-134686-0000.flac`,
      text:
        "HE HOPED THERE WOULD BE STEW FOR DINNER TURNIPS AND CARROTS AND BRUISED POTATOES AND FAT MUTTON PIECES TO BE " +
        "LADLED OUT IN THICK PEPPERED FLOUR FATTENED SAUCE",
    });
    assert.equal(new Set(utterances.map(({ speaker }) => speaker)).size, 11);
    assert.deepEqual(await readLibriSpeech(`${root}/LibriSpeech`), utterances);
    const splits = await librispeechSplits(root);
    assert.deepEqual(splits.map(({ name }) => name), ["test-clean", "test-other"]);
    const clean = await readSplit(splits[0]);
    assert.deepEqual(clean, utterances.slice(0, 4));
    assert.deepEqual(await librispeechSplits(splits[0].path), [splits[0]]);
    assert.deepEqual(await readLibriSpeech(splits[0].path), clean);
  },
);

dataTest("readLibriSpeech() refuses a split whose audio is not FLAC", async (root) => {
  await assert.rejects(readLibriSpeech(`${root}/LibriSpeech-lossy`), inputError(root, /\.flac: is missing/));
});
