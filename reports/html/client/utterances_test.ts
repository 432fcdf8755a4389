import assert from "node:assert/strict";
import { alignmentHtml, chosen, FIRST_CHOICE, type PackedUtterance, tally, utteranceHtml } from "./utterances.ts";

const utterance = (id: string, seconds: number, reference: string, hypothesis: string, operations: string) => ({
  id,
  speaker: "s1",
  seconds,
  bad: null,
  aligned: [[reference, hypothesis, operations] as const, null],
  audio: null,
});

const UTTERANCES: PackedUtterance[] = [
  utterance("a", 3, "one two three four", "one too three four", "CSCC"),
  utterance("b", 9, "five six", "five six", "CC"),
  utterance("c", 1, "seven", "eleven", "S"),
  utterance("d", 2, "a b c d e f g h i j", "a b c d e f g h", "CCCCCCCCDD"),
];

Deno.test("tally() counts errors, and the reference's words, to which insertions do not belong", () => {
  assert.deepEqual(tally("CCSDI"), { errors: 3, words: 4 });
  assert.deepEqual(tally(""), { errors: 0, words: 0 });
});

Deno.test("chosen() orders by errors, rate, length or as the corpus does, and finds words, ids and what is wrong", () => {
  const by = (choice: Partial<Parameters<typeof chosen>[1]>) =>
    chosen(UTTERANCES, { protocol: 0, ...FIRST_CHOICE, ...choice });
  assert.deepEqual(by({}), [3, 0, 2, 1]);
  assert.deepEqual(by({ order: "rate" }), [2, 0, 3, 1]);
  assert.deepEqual(by({ order: "length" }), [1, 0, 3, 2]);
  assert.deepEqual(by({ order: "corpus" }), [0, 1, 2, 3]);
  assert.deepEqual(by({ onlyErrors: true, order: "corpus" }), [0, 2, 3]);
  assert.deepEqual(by({ search: " TOO " }), [0]);
  assert.deepEqual(by({ search: "nowhere" }), []);
  assert.deepEqual(by({ protocol: 1 }), [], "what a protocol leaves out is not scored under it");
});

Deno.test("alignmentHtml() marks each kind of error by element and words, not by colour alone", () => {
  const html = alignmentHtml(["the cat sat", "a cat down", "SCDI"]);
  assert.equal(
    html,
    '<span class="e s"><del>the</del><span class="vh"> heard as </span><ins>a</ins></span> cat ' +
      '<span class="e d"><del>sat</del><span class="vh"> (missed)</span></span> ' +
      '<span class="e i"><ins><span class="vh">(made up) </span>down</ins></span>',
  );
});

Deno.test("utteranceHtml() escapes what it is given, and has a player only where there is audio", () => {
  const evil = utterance('"><script>', 2.345, "<img", "</li>&", "S");
  const html = utteranceHtml({ ...evil, bad: "failed: <b>", audio: 'x".flac' }, 0);
  assert.doesNotMatch(html, /<script|<img|<b>failed|<\/li>&|x"\./);
  assert.match(html, /&lt;img.*&lt;\/li&gt;&amp;/);
  assert.match(html, /2\.3 s · 1 error in 1 word \(100\.0 %\)/);
  assert.match(html, /<audio controls preload="none" src="x&quot;\.flac"/);
  assert.doesNotMatch(utteranceHtml(evil, 0), /<audio/);
  assert.match(utteranceHtml(evil, 1), /no words/);
});
