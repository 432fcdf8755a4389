import assert from "node:assert/strict";
import { inputError } from "../testing.ts";
import { ESPEAK_RATE, espeakSamples, espeakVoices, speak, voicesOf } from "./espeak.ts";
import { espeakTest } from "./testing.ts";

Deno.test("voicesOf() reads the table of voices", () => {
  const table = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 2  en-gb           --/M      English_(Great_Britain) gmw/en               (en 2)
 5  en-us           --/M      us-mbrola-2        mb/mb-us2            (en 7)
 5  variant         50/M      male8              !v/m8
 5  variant         --/M      Mr_Serious         !v/Mr serious
`;
  assert.deepEqual(voicesOf(table), [
    { language: "en-gb", file: "gmw/en" },
    { language: "en-us", file: "mb/mb-us2" },
    { language: "variant", file: "!v/m8" },
    { language: "variant", file: "!v/Mr serious" },
  ]);
});

Deno.test("espeakSamples() reads what a header of unknown length goes before, and refuses other WAV", () => {
  const wav = new Uint8Array(48);
  const view = new DataView(wav.buffer);
  wav.set(new TextEncoder().encode("RIFF"), 0);
  wav.set(new TextEncoder().encode("data"), 36);
  view.setUint16(22, 1, true);
  view.setUint32(24, ESPEAK_RATE, true);
  view.setUint16(34, 16, true);
  view.setUint32(40, 0x7ffff000, true);
  view.setInt16(44, -32768, true);
  view.setInt16(46, 16384, true);
  assert.deepEqual([...espeakSamples(wav)], [-1, 0.5]);
  assert.equal(espeakSamples(new Uint8Array(0)).length, 0);
  view.setUint32(24, 16000, true);
  assert.throws(() => espeakSamples(wav), inputError("espeak-ng", /22050 Hz/));
});

espeakTest("espeakVoices() finds English voices and variants, none of them a robot or in need of MBROLA", async () => {
  const { version, languages, variants } = await espeakVoices();
  assert.match(version, /^\d+\.\d+/);
  for (const language of ["en-us", "en-gb"]) assert.ok(languages.includes(language), language);
  for (const variant of ["f1", "m1", "klatt"]) assert.ok(variants.includes(variant), variant);
  for (const variant of ["robosoft", "whisper", "fast"]) assert.ok(!variants.includes(variant), variant);
  assert.deepEqual([languages.length, variants.length], [new Set(languages).size, new Set(variants).size]);
});

const MANNER = { voice: "en-us+f2", pitch: 50, speed: 175, gap: 0 };

espeakTest("speak() says the same twice, and longer with a lower speed or a wider gap", async () => {
  const say = async (manner: Partial<typeof MANNER>): Promise<Float32Array> =>
    await speak("nine one one", { ...MANNER, ...manner });
  const usual = await say({});
  assert.deepEqual(await say({}), usual);
  assert.ok(usual.length > 0.5 * ESPEAK_RATE && usual.length < 3 * ESPEAK_RATE, `${usual.length}`);
  assert.ok((await say({ speed: 120 })).length > usual.length);
  assert.ok((await say({ gap: 8 })).length > usual.length);
  assert.notDeepEqual(await say({ pitch: 80 }), usual);
});

espeakTest("speak() refuses silence and voices that there are not", async () => {
  await assert.rejects(speak("'", MANNER), inputError("espeak-ng", /says nothing to "'" as en-us\+f2/));
  await assert.rejects(
    speak("one", { ...MANNER, voice: "xx" }),
    inputError("espeak-ng", /as xx \(Error: The specified espeak-ng voice does not exist/),
  );
});
