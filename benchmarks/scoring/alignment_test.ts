import assert from "node:assert/strict";
import { align, SCLITE_COSTS, UNIT_COSTS } from "./alignment.ts";
import { countsOf, errorsIn } from "./counts.ts";
import { randomWords, testRows } from "./testing.ts";

const words = (text: string): string[] => text.split(" ").filter((word) => word !== "");

Deno.test("align() gives sclite's own alignments, step for step, at sclite's costs", async () => {
  const rows = testRows(await Deno.readTextFile(new URL("./testdata/sclite.tsv", import.meta.url)));
  assert.equal(rows.length, 400);
  for (const [reference, hypothesis, steps] of rows) {
    assert.equal(align(words(reference), words(hypothesis), SCLITE_COSTS), steps, `${reference} | ${hypothesis}`);
  }
});

/** Fewest errors, and among those fewest substitutions, by trying everything. */
function exhaustive(a: readonly string[], b: readonly string[]): [errors: number, substitutions: number] {
  if (a.length === 0 || b.length === 0) return [a.length + b.length, 0];
  const pair = exhaustive(a.slice(1), b.slice(1));
  const wrong = a[0] === b[0] ? 0 : 1;
  const deletion = exhaustive(a.slice(1), b);
  const insertion = exhaustive(a, b.slice(1));
  const options: [number, number][] = [
    [pair[0] + wrong, pair[1] + wrong],
    [deletion[0] + 1, deletion[1]],
    [insertion[0] + 1, insertion[1]],
  ];
  return options.sort((x, y) => x[0] - y[0] || x[1] - y[1])[0];
}

Deno.test("align() makes the fewest errors at unit costs, and of them the fewest substitutions", () => {
  const draw = randomWords(3, "abc");
  for (let i = 0; i < 300; i++) {
    const [a, b] = [draw(6), draw(6)];
    const steps = align(a, b);
    const counts = countsOf(steps);
    assert.deepEqual([errorsIn(counts), counts.substitutions], exhaustive(a, b), `${a} | ${b}`);
    assert.equal(counts.correct + counts.substitutions + counts.deletions, a.length);
    assert.equal(counts.correct + counts.substitutions + counts.insertions, b.length);
  }
});

Deno.test("align() marks as correct just the words that are equal", () => {
  const draw = randomWords(4, "abcd");
  for (let i = 0; i < 200; i++) {
    const [a, b] = [draw(20), draw(20)];
    let [m, n] = [0, 0];
    for (const step of align(a, b)) {
      if (step === "C") assert.equal(a[m], b[n]);
      if (step === "S") assert.notEqual(a[m], b[n]);
      if (step !== "I") m++;
      if (step !== "D") n++;
    }
    assert.deepEqual([m, n], [a.length, b.length]);
  }
});

Deno.test("align() counts as deletions or insertions what has no counterpart", () => {
  assert.equal(align([], []), "");
  assert.equal(align(["a", "b"], []), "DD");
  assert.equal(align([], ["a", "b"]), "II");
  assert.equal(align(words("a b"), words("x a b")), "ICC");
  // Keys of objects are words like any other.
  assert.equal(align(["constructor", "__proto__"], ["toString", "__proto__"]), "SC");
});

Deno.test("align() prefers a pair to an insertion to a deletion, from the ends", () => {
  assert.equal(align(words("a"), words("a a")), "IC");
  assert.equal(align(words("a a"), words("a")), "DC");
  assert.equal(align(words("a b"), words("b a")), "DCI");
  assert.equal(align(words("x a"), words("y z a")), "ISC");
});

Deno.test("align() at sclite's costs counts more errors than the fewest where substitutions are many", () => {
  const reference = words("a b c d e f x y");
  const hypothesis = words("f x y g h i j k");
  assert.equal(errorsIn(countsOf(align(reference, hypothesis, UNIT_COSTS))), 8);
  assert.equal(align(reference, hypothesis, SCLITE_COSTS), "DDDDDCCCIIIII");
});

Deno.test("align() takes half an hour of speech in one piece, and refuses what memory does not hold", () => {
  const draw = Array.from({ length: 5000 }, (_, i) => `word${i % 700}`);
  const heard = draw.flatMap((word, i) =>
    i % 50 === 0 ? [] : i % 31 === 0 ? [word, "um"] : [i % 17 === 0 ? "so" : word]
  );
  const counts = countsOf(align(draw, heard));
  // 100 left out, 289 replaced or so, 158 put in: one and another may be paired, at no more errors.
  assert.ok(errorsIn(counts) > 400 && errorsIn(counts) <= 550, JSON.stringify(counts));
  assert.equal(counts.insertions - counts.deletions, heard.length - draw.length);
  const long = new Array<string>(50_000).fill("a");
  assert.throws(() => align(long, long), /50000 words against 50000 are too many/);
});
