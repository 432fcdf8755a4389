import assert from "node:assert/strict";
import { inFolder } from "../download/testing.ts";
import { inputError } from "../testing.ts";
import { difference, manifestOf, readManifest, type SpeechSettings, versionOf, writeManifest } from "./manifest.ts";

const SETTINGS: SpeechSettings = {
  ...{ generator: 1, espeak_ng: "1.51", languages: ["en-us"], variants: ["f1"], seed: 7 },
  text: { kind: "grammar", name: "an4", sha256: "0123456789abcdef" },
};

Deno.test("writeManifest() keeps where speech comes from and that it is synthesised; readManifest() gives it back", () =>
  inFolder(async (folder) => {
    assert.equal(await readManifest(folder), null);
    const manifest = manifestOf(SETTINGS, 2, { speakers: 1, utterances: 2, words: 3, seconds: 4 });
    await writeManifest(folder, manifest);
    assert.deepEqual(await readManifest(folder), manifest);
    assert.match(manifest.label, /^Synthesised speech/);
    assert.equal(versionOf(SETTINGS), "synthesised 1 (espeak-ng 1.51, grammar an4 01234567, seed 7)");
  }));

Deno.test("readManifest() refuses what is no manifest of speech", () =>
  inFolder(async (folder) => {
    const path = `${folder}/manifest.json`;
    for (const text of ["{", "null", "[]", '{"kind":"samba"}', '{"kind":"synthetic-speech","schema_version":2}']) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(readManifest(folder), inputError(path, /is no manifest of synthesised speech/), text);
    }
  }));

Deno.test("difference() names the first setting that differs, and spares long lists", () => {
  assert.equal(difference(SETTINGS, { ...SETTINGS }), null);
  assert.equal(difference(SETTINGS, { ...SETTINGS, seed: 8 }), "seed 7, not 8");
  const variants = Array.from({ length: 100 }, (_, i) => `m${i}`);
  assert.equal(difference(SETTINGS, { ...SETTINGS, variants }), "other variants");
});
