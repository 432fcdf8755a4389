import assert from "node:assert/strict";
import { readTar } from "../readers/tar.ts";
import { random } from "../random.ts";
import { dataTest } from "../testing.ts";
import { AN4_NAMES, inventor } from "./an4_names.ts";
import { grammarSource } from "./source.ts";

const SENTENCES = 4000;

function drawn(seed: number): string[][] {
  const source = grammarSource("an4", seed);
  return Array.from({ length: SENTENCES }, (_, i) => [...source.sentence(i)]);
}

Deno.test("grammarSource() draws each sentence from the seed and its index alone", () => {
  const [one, other] = [grammarSource("an4", 1), grammarSource("an4", 2)];
  assert.deepEqual(one.sentence(7), grammarSource("an4", 1).sentence(7));
  const texts = (source: typeof one): string[] => Array.from({ length: 20 }, (_, i) => source.sentence(i).join(" "));
  assert.notDeepEqual(texts(one), texts(other));
  assert.equal(one.sha256, other.sha256);
});

Deno.test("inventor() makes names, most of them not known, of 3 to 11 letters", () => {
  const known = AN4_NAMES.surname.split(/\s+/);
  const [invent, rng] = [inventor(known), random(1)];
  const names = Array.from({ length: 500 }, () => invent(rng));
  for (const name of names) assert.match(name, /^[A-Z]{3,11}$/);
  const fresh = new Set(names.filter((name) => !known.includes(name)));
  assert.ok(fresh.size > 200, `${fresh.size} of 500 are new`);
});

dataTest(
  "the grammar of AN4 has its training words, about as often, and mostly sentences that it lacks",
  async (root) => {
    const name = "an4/etc/an4_train.transcription";
    const files = await readTar(`${root}/an4_raw.bigendian.tar.gz`, (path) => path === name);
    const train = new TextDecoder().decode(files.get(name)).trim().split("\n")
      .map((line) => line.replace(/<\/?s>|\(\S+\)/g, "").trim().split(/\s+/));
    assert.equal(train.length, 948);
    const made = drawn(1);

    const [real, synthetic] = [shares(train), shares(made)];
    const lacking = [...real.keys()].filter((word) => !synthetic.has(word) && !/^[A-Z]{3,}$/.test(word));
    assert.deepEqual(lacking, [], "letters that never come");
    const rare = new Set(Array.from({ length: 10 }, (_, seed) => drawn(seed + 2)).flat(2));
    assert.deepEqual([...real.keys()].filter((word) => !synthetic.has(word) && !rare.has(word) && word !== "CMU"), []);
    // Half the sum of differences: the share of words that would have to be others.
    const words = new Set([...real.keys(), ...synthetic.keys()]);
    const distance = [...words].reduce((sum, w) => sum + Math.abs((real.get(w) ?? 0) - (synthetic.get(w) ?? 0)), 0) / 2;
    assert.ok(distance < 0.1, `${distance} of the words differ`);

    const known = new Set(train.map((words) => words.join(" ")));
    const long = new Set(made.map((words) => words.join(" ")).filter((text) => text.split(" ").length > 2));
    const fresh = [...long].filter((text) => !known.has(text)).length / long.size;
    assert.ok(fresh > 0.9, `${fresh} of the longer sentences are new`);
  },
);

/** The share of each word. */
function shares(sentences: readonly (readonly string[])[]): Map<string, number> {
  const words = sentences.flat();
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1 / words.length);
  return counts;
}
