import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { MANIFEST, manifestOf, writeManifest } from "../../datasets/synthetic_speech/manifest.ts";
import { CHARACTERS, encodeText } from "../../model/tokenizer.ts";
import { withOverrides } from "../../training/config.ts";
import { trainingPreset } from "../../training/presets.ts";
import { loadSpeech } from "./data.ts";
import { wav } from "./testing.ts";

/** A tone of so many seconds, 16-bit. */
function tone(seconds: number, amplitude = 30_000): Int16Array {
  return Int16Array.from({ length: seconds * 16000 }, (_, i) => Math.round(amplitude * Math.sin(i / 5)));
}

function bigEndian(samples: Int16Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * samples.length));
  samples.forEach((x, i) => view.setInt16(2 * i, x));
  return new Uint8Array(view.buffer);
}

/** What stands in a data root: AN4 with one utterance of each kind, LibriSpeech with two and a test set. */
const UTTERANCES: [id: string, speaker: string, text: string, audio: Uint8Array][] = [
  ["a1", "anna", "HELLO  WORLD", bigEndian(tone(1))],
  ["a2", "anna", "CAFÉ", bigEndian(tone(1))],
  ["a3", "anna", "", bigEndian(tone(1))],
  ["b1", "bert", "SILENCE", bigEndian(tone(1, 3))],
  ["b2", "bert", "ODD", bigEndian(tone(1)).subarray(1)],
  ["b3", "bert", "SHORT", bigEndian(tone(0.25))],
  ["b4", "bert", "LONG", bigEndian(tone(3))],
  ["b5", "bert", "EMPTY", new Uint8Array(0)],
  ["c1", "carl", "LONG CAFÉ", bigEndian(tone(3))],
];

async function inDataRoot(body: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "samba-train-data-" });
  const put = async (path: string, content: string | Uint8Array) => {
    await Deno.mkdir(dirname(join(root, path)), { recursive: true });
    await Deno.writeFile(join(root, path), typeof content === "string" ? new TextEncoder().encode(content) : content);
  };
  try {
    for (const [id, speaker, , audio] of UTTERANCES) await put(`an4/wav/an4_clstk/${speaker}/${id}.raw`, audio);
    await put("an4/etc/an4_train.fileids", UTTERANCES.map(([id, speaker]) => `an4_clstk/${speaker}/${id}\n`).join(""));
    await put(
      "an4/etc/an4_train.transcription",
      UTTERANCES.map(([id, , text]) => `<s> ${text} </s> (${id})\n`).join(""),
    );
    for (const split of ["train-few", "test-few"]) {
      const folder = `${split === "test-few" ? "tests" : "speech"}/${split}/61/7`;
      await put(`${folder}/61-7.trans.txt`, "61-7-0000 IT'S\n61-7-0001 ME\n61-7-0002 NOT THERE\n");
      await put(`${folder}/61-7-0000.wav`, wav(tone(0.5)));
      await put(`${folder}/61-7-0001.wav`, wav(tone(1)));
    }
    await body(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function config(...settings: string[]) {
  const base = ["data.minimumSeconds=0.3", "data.maximumSeconds=2", 'data.heldOutSpeakers=["carl"]'];
  return withOverrides(trainingPreset("an4"), [...base, ...settings]).data;
}

const usageError = (pattern: RegExp) => (error: unknown): boolean =>
  error instanceof Error && error.name === "UsageError" && pattern.test(error.message) && !error.message.includes("\n");

Deno.test("loadSpeech() reads utterances, holds speakers out, and leaves out and counts what cannot be used", () =>
  inDataRoot(async (root) => {
    const progress: [number, number][] = [];
    const data = await loadSpeech(config(), root, CHARACTERS, (done, total) => progress.push([done, total]));
    const [hello] = data.train;
    assert.deepEqual(data.train.map(({ id }) => id), ["a1"]);
    assert.deepEqual([hello.speaker, hello.text, hello.repeat], ["anna", "HELLO WORLD", 1]);
    assert.deepEqual(hello.tokens, encodeText(CHARACTERS, "hello world"));
    assert.deepEqual(hello.samples, tone(1), "samples are as recorded, to the bit");
    assert.deepEqual(data.dev.map(({ id }) => id), ["c1"], "dev has no limits of length or characters");
    assert.deepEqual(data.skipped, {
      "unknown characters": 1,
      "no text": 1,
      "silent": 1,
      "unreadable": 2,
      "too short": 1,
      "too long": 1,
    });
    assert.equal(data.notes.length, 6);
    assert.match(data.notes[0], /^1 of 9 utterances left out: unknown characters, first a2 \("é" in its transcript\)$/);
    assert.match(data.notes.find((note) => note.includes("unreadable"))!, /^2 of 9 .* first b2 \(.*truncated/);
    assert.deepEqual([progress.length, progress.at(-1)], [9, [9, 9]]);
  }));

Deno.test("loadSpeech() joins sets, with repeats, dev sets and a hash that any change of the data changes", () =>
  inDataRoot(async (root) => {
    const sets = 'data.train=[{"dataset":"an4"},{"dataset":"speech","repeat":2.5}]';
    const data = await loadSpeech(config(sets), root, CHARACTERS);
    assert.deepEqual(data.train.map(({ id, repeat }) => [id, repeat]), [["a1", 1], ["61-7-0000", 2.5], [
      "61-7-0001",
      2.5,
    ]]);
    assert.equal(data.train[1].text, "IT'S");
    assert.equal((await loadSpeech(config(sets), root, CHARACTERS)).sha256, data.sha256);
    const dev = await loadSpeech(config('data.dev=["speech/train-few"]'), root, CHARACTERS);
    assert.deepEqual(dev.dev.map(({ id }) => id), ["c1", "61-7-0000", "61-7-0001"]);
    assert.notEqual(dev.sha256, data.sha256);
    const louder = tone(1);
    louder[5]++;
    await Deno.writeFile(join(root, "speech/train-few/61/7/61-7-0001.wav"), wav(louder));
    assert.notEqual((await loadSpeech(config(sets), root, CHARACTERS)).sha256, data.sha256);
  }));

Deno.test("loadSpeech() tells what of it was synthesised, wherever it lies, and refuses what is not finished", () =>
  inDataRoot(async (root) => {
    const sets = config('data.train=[{"dataset":"speech/train-few"},{"dataset":"an4"}]');
    assert.deepEqual((await loadSpeech(sets, root, CHARACTERS)).synthesised, []);
    const manifest = join(root, "speech/train-few", MANIFEST);
    await Deno.writeTextFile(manifest, '{"some other": "program"}');
    assert.deepEqual((await loadSpeech(sets, root, CHARACTERS)).synthesised, []);
    const settings = {
      generator: 1,
      espeak_ng: "1.51",
      languages: ["en"],
      variants: [],
      seed: 7,
      text: { kind: "text", name: "book.txt", sha256: "0".repeat(64) },
    } as const;
    const made = { speakers: 1, utterances: 2, words: 2, seconds: 2 };
    await writeManifest(join(root, "speech/train-few"), manifestOf(settings, 1, made));
    const { synthesised } = await loadSpeech(sets, root, CHARACTERS);
    assert.deepEqual(synthesised, ["synthesised 1 (espeak-ng 1.51, text book.txt 00000000, seed 7)"]);
    await writeManifest(join(root, "speech/train-few"), manifestOf(settings, 1, null));
    await assert.rejects(loadSpeech(sets, root, CHARACTERS), usageError(/train-few is not finished; run the command/));
  }));

Deno.test("loadSpeech() refuses, in one line, sets that are not there, test sets and speakers who are not in them", () =>
  inDataRoot(async (root) => {
    const refused = (pattern: RegExp, ...settings: string[]) =>
      assert.rejects(loadSpeech(config(...settings), root, CHARACTERS), usageError(pattern));
    await refused(/an5 is no folder in LibriSpeech's layout; name one, or an4/, 'data.train=[{"dataset":"an5"}]');
    await refused(
      /synthetic-speech is no folder .*; make it: deno task/,
      'data.train=[{"dataset":"synthetic-speech"}]',
    );
    await refused(/test-few is a test set, which training must not see/, 'data.train=[{"dataset":"tests"}]');
    await refused(/test-few is a test set/, 'data.dev=["tests/test-few"]');
    await refused(/no speaker karl; did you mean carl\?/, 'data.heldOutSpeakers=["karl"]');
    await refused(/nothing is left to train on; 1 of 9 .*no text/, 'data.heldOutSpeakers=["carl","anna"]');
    await Deno.remove(join(root, "an4"), { recursive: true });
    await refused(/holds no an4; get it: deno task datasets get an4/);
  }));

Deno.test("loadSpeech() makes eight utterances for the tiny preset, all different, trained and evaluated on", async () => {
  const { train, dev, notes } = await loadSpeech(trainingPreset("tiny").data, Deno.cwd(), CHARACTERS);
  assert.deepEqual([train.length, dev.length, notes], [8, 8, []]);
  assert.equal(new Set(train.map(({ text }) => text)).size, 8);
  assert.ok(train.every(({ samples, tokens }) => samples.length === 20_480 && tokens.length <= 12));
});
