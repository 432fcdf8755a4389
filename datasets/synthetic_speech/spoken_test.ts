import assert from "node:assert/strict";
import { random } from "../random.ts";
import { espeakVoices, phonemes } from "./espeak.ts";
import { spokenWords, withPauses } from "./spoken.ts";
import { espeakTest } from "./testing.ts";

const spoken = (text: string, spelled: boolean): string => spokenWords(text.split(" "), spelled).join(" ");

Deno.test("spokenWords() takes every single letter for its name where all are spelled", () => {
  assert.equal(spoken("A M Y", true), "[['eI]] M Y");
  assert.equal(spoken("FIFTY A I Z", true), "fifty [['eI]] eye zee");
  assert.equal(spoken("RUBOUT GO", true), "rubbout go");
});

Deno.test("spokenWords() tells the article and the pronoun from letters in a text", () => {
  assert.equal(spoken("I SAW A CAT IT IS US", false), "i saw a cat it is us");
  assert.equal(spoken("MISTER J A SMITH AND T X", false), "mister J [['eI]] smith and T X");
  assert.equal(spoken("AM I A MAN", false), "am i a man");
  assert.equal(spoken("THE Z", false), "the Z");
});

Deno.test("withPauses() puts commas by chance, and none at the end", () => {
  const words = ["one", "two", "three"];
  assert.equal(withPauses(words, 0, random(1)), "one two three");
  assert.equal(withPauses(words, 1, random(1)), "one, two, three");
});

/** Names of letters in espeak-ng's notation, without stress; what follows (R before a vowel, W) differs between accents. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ A: "eI", B: "bi:", C: "si:", D: "di:", E: "i:", F: "Ef", G: "dZi:", H: "eItS", I: "aI", J: "dZeI", K: "keI" },
  ...{ L: "El", M: "Em", N: "En", O: "oU", P: "pi:", Q: "kju:", R: "A@", S: "Es", T: "ti:", U: "ju:", V: "vi:" },
  ...{ W: "dVb@Lj", X: "Eks", Y: "waI", Z: "zi:" },
};

espeakTest("espeak-ng says the name of every letter, whatever stands beside it, in every voice", async () => {
  for (const voice of (await espeakVoices()).languages) {
    for (const around of ["B _ SIX", "_ A", "A _", "OH _ I"]) {
      const text = Object.keys(NAMES).map((letter) => around.replace("_", letter)).join(" ");
      // Without stress, and without the semicolon that marks one vowel after another.
      const said = (await phonemes(spoken(text, true), voice)).replace(/[',;]/g, "").split(" ");
      const [width, place] = [around.split(" ").length, around.split(" ").indexOf("_")];
      assert.equal(said.length, 26 * width, `${voice}: ${text}: ${said.join(" ")}`);
      for (const [i, [letter, name]] of Object.entries(NAMES).entries()) {
        assert.ok(
          said[i * width + place].startsWith(name),
          `${voice}: ${letter} in ${around}: ${said[i * width + place]}`,
        );
      }
    }
  }
});

espeakTest("espeak-ng reads words of a text as words, and letters beside letters as letters", async () => {
  const said = await phonemes(spoken("IT IS A CAT OF US", false), "en-us");
  assert.equal(said, await phonemes("it is a cat of us", "en-us"));
  assert.notEqual(said, await phonemes("IT IS A CAT OF US", "en-us"));
  assert.match(await phonemes(spoken("DOCTOR J A SMITH", false), "en-us"), /dZ'eI 'eI sm'ITh?/);
  assert.match(await phonemes(spoken("RUBOUT", true), "en-us"), /r'VbaUt/);
});
