import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readAudio } from "../audio/read.ts";
import { inFolder } from "../download/testing.ts";
import { readLibriSpeech } from "../librispeech.ts";
import { datasetNamed, openCorpus } from "../registry.ts";
import { inputError } from "../testing.ts";
import { speakerId } from "./speaker_folder.ts";
import { makeSpeech, type SpeechOrder } from "./make.ts";
import { readManifest } from "./manifest.ts";
import type { TextSource } from "./source.ts";
import { espeakTest } from "./testing.ts";

/** Short sentences, so that a speaker takes some 15 s of speech. */
const SOURCE: TextSource = {
  ...{ kind: "text", name: "short", sha256: "0123456789abcdef", spelled: false, pauses: [0] },
  sentence: (index) => [["GO"], ["NO"], ["I", "SEE"]][index % 3],
};

/** More than two speakers' worth, and enough for two threads. */
const ORDER: SpeechOrder = { source: SOURCE, seed: 1, hours: 0.009, threads: 2 };

/** SHA-256 of every file under a folder, by path. */
function contents(folder: string, inside = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${inside}`)) {
    const path = `${inside}${name}`;
    if (isDirectory) Object.assign(found, contents(folder, `${path}/`));
    else found[path] = createHash("sha256").update(Deno.readFileSync(`${folder}/${path}`)).digest("hex");
  }
  return found;
}

espeakTest(
  "makeSpeech() stops at the utterance that reaches the hours, in a layout that readers read",
  () =>
    inFolder(async (root) => {
      const made = await makeSpeech(`${root}/synthetic-speech`, { ...ORDER, hours: 0.005, threads: 1 });
      const utterances = await readLibriSpeech(`${root}/synthetic-speech`, { extensions: [".wav"] });
      const samples = await Promise.all(utterances.map(async ({ path }) => (await readAudio(path)).length));
      const seconds = samples.reduce((sum, n) => sum + n, 0) / 16000;
      assert.equal(made.seconds, seconds);
      assert.ok(seconds >= 18 && seconds - samples.at(-1)! / 16000 < 18, `${seconds} of 18 s`);
      assert.deepEqual([made.utterances, made.speakers], [
        utterances.length,
        new Set(utterances.map(({ speaker }) => speaker)).size,
      ]);
      assert.deepEqual(utterances.slice(0, 3).map(({ id, text }) => [id, text]), [
        ["9000000-1-0000", "GO"],
        ["9000000-1-0001", "NO"],
        ["9000000-1-0002", "I SEE"],
      ]);

      const corpus = await openCorpus(datasetNamed("synthetic-speech"), root);
      assert.match(corpus.version, /^synthesised \d+ \(espeak-ng \d\S+, text short 01234567, seed 1\)$/);
      assert.match(corpus.split, /synthesised/);
      assert.equal(corpus.utterances[0].seconds, samples[0] / 16000);
      assert.deepEqual(corpus.expected, { utterances: made.utterances, words: made.words, hours: seconds / 3600 });
      const audio = await corpus.utterances[0].audio();
      const sounds = Array.from(audio.keys()).filter((i) => Math.abs(audio[i]) > 1e-3);
      assert.ok(sounds[0] >= 1600 && sounds.at(-1)! < audio.length - 1600, "silence before and after");
    }),
);

espeakTest(
  "makeSpeech() makes the same bytes of the same order, however often it was stopped and in how many threads",
  () =>
    inFolder(async (root) => {
      await makeSpeech(`${root}/a`, ORDER);
      const whole = contents(`${root}/a`);
      const again = `${root}/b`;
      const stop = new AbortController();
      const options = { signal: stop.signal, onProgress: () => stop.abort(new Error("stop")) };
      await assert.rejects(makeSpeech(again, { ...ORDER, hours: 0.005 }, options), { message: "stop" });
      assert.equal((await readManifest(again))!.made, null);
      await makeSpeech(again, { ...ORDER, hours: 0.005, threads: 1 });
      assert.notDeepEqual(contents(again), whole);
      // What a killed run leaves: half a speaker.
      Deno.mkdirSync(`${again}/.making/${speakerId(1)}/1`, { recursive: true });
      Deno.writeTextFileSync(`${again}/.making/${speakerId(1)}/1/x.wav`, "half");
      await makeSpeech(again, { ...ORDER, threads: 1 });
      assert.deepEqual(contents(again), whole);
      await makeSpeech(again, ORDER);
      assert.deepEqual(contents(again), whole);
      const first = `${speakerId(0)}/1/${speakerId(0)}-1-0000.wav`;
      await makeSpeech(`${root}/c`, { ...ORDER, seed: 2, hours: 0.0001 });
      assert.notEqual(contents(`${root}/c`)[first], whole[first]);
    }),
);

espeakTest(
  "makeSpeech() refuses a folder of something else, of other settings, of more, or that another works in",
  () =>
    inFolder(async (root) => {
      const small = { ...ORDER, hours: 0.0001 };
      await assert.rejects(makeSpeech(`${root}/x`, { ...ORDER, hours: 0 }), inputError("0 hours", /more than 0/));
      await Deno.writeTextFile(`${root}/mine.txt`, "mine");
      await assert.rejects(makeSpeech(root, small), inputError(root, /holds something other than synthesised speech/));
      const folder = `${root}/speech`;
      await makeSpeech(folder, { ...small, hours: 0.001 });
      const before = contents(folder);
      const refused: [SpeechOrder, RegExp][] = [
        [{ ...small, seed: 2 }, /was made with seed 1, not 2; name another --out/],
        [{ ...small, source: { ...SOURCE, sha256: "f" } }, /was made with text \{.*"0123456789abcdef"\}, not /],
        [small, /holds more than 0\.0001 hours/],
      ];
      for (const [order, pattern] of refused) {
        await assert.rejects(makeSpeech(folder, order), inputError(folder, pattern));
      }
      assert.deepEqual(contents(folder), before);
      using lock = await Deno.open(`${folder}/.lock`, { write: true, create: true });
      assert.ok(await lock.tryLock(true));
      await assert.rejects(makeSpeech(folder, small), inputError(folder, /another process is making speech there/));
    }),
);

espeakTest("makeSpeech() names the sentence that espeak-ng says nothing to", () =>
  inFolder(async (root) => {
    const source = { ...SOURCE, sentence: () => ["'"] };
    await assert.rejects(makeSpeech(`${root}/x`, { ...ORDER, source }), inputError("espeak-ng", /says nothing to "'"/));
    assert.deepEqual(Object.keys(contents(`${root}/x`)), ["manifest.json"]);
  }));
