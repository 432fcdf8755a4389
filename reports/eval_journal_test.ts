import assert from "node:assert/strict";
import { InputError } from "./errors.ts";
import { parseJournal } from "./eval_journal.ts";
import { exampleHeader, exampleJournal, exampleUtterances } from "./example_eval.ts";

const header = exampleHeader();
const utterances = exampleUtterances();
const journal = exampleJournal(header, utterances);
const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** The one line that `text` is refused with. */
function refusal(text: string): string {
  try {
    parseJournal(text, "a/utterances.jsonl");
  } catch (error) {
    assert.ok(error instanceof InputError);
    assert.ok(!error.message.includes("\n"), error.message);
    return error.message;
  }
  throw new assert.AssertionError({ message: "was accepted" });
}

Deno.test("parseJournal() gives back what was written", () => {
  const wholeBytes = bytes(journal);
  assert.deepEqual(parseJournal(journal, "a"), { header, utterances, truncated: false, wholeBytes });
  const empty = exampleJournal(header, []);
  assert.deepEqual(parseJournal(empty, "a"), { header, utterances: [], truncated: false, wholeBytes: bytes(empty) });
});

Deno.test("parseJournal() drops the last line wherever a kill cut it, and tells where the next one belongs", () => {
  const said = utterances.slice(0, 3).map((line) => ({ ...line, reference: "NAÏVE 🎧" }));
  const text = exampleJournal(header, said);
  const whole = exampleJournal(header, said.slice(0, 2));
  for (let end = whole.length; end < text.length; end++) {
    const read = parseJournal(text.slice(0, end), "a");
    assert.deepEqual(read.utterances, said.slice(0, 2), `cut at ${end}`);
    assert.equal(read.truncated, end > whole.length);
    assert.equal(read.wholeBytes, bytes(whole));
  }
});

Deno.test("parseJournal() drops a last line that is no JSON though it ends in a line feed", () => {
  for (const tail of ['{"index": 12, "id\n', "\0\0\0\0\n", "\n"]) {
    const read = parseJournal(journal + tail, "a");
    assert.deepEqual([read.utterances.length, read.truncated, read.wholeBytes], [12, true, bytes(journal)]);
  }
});

Deno.test("parseJournal() names file and line of any other line that is not as it should be", () => {
  const lines = journal.split("\n");
  const changed = (at: number, line: string): string => lines.with(at, line).join("\n");
  assert.match(refusal(changed(3, lines[3].slice(0, 40))), /^a\/utterances\.jsonl:4: .*JSON.*; take back the line/);
  assert.match(refusal(changed(3, "")), /^a\/utterances\.jsonl:4: /);
  // A torn end does not excuse what came before it.
  assert.match(refusal(changed(12, "{") + "{"), /^a\/utterances\.jsonl:13: /);
  assert.match(refusal(changed(5, lines[5].replace('"bad-audio"', '"skipped"'))), /jsonl:6: status: /);
  assert.match(refusal(changed(1, lines[1].replace('"end":1.5', '"end":"1.5"'))), /jsonl:2: segments\[0\]\.end: /);
  assert.match(refusal(changed(12, "[]")), /jsonl:13: /);
  assert.match(refusal(changed(2, lines[0])), /jsonl:3: /);
});

Deno.test("parseJournal() refuses what is no journal, or one of another version", () => {
  for (const text of ["", "{", journal.slice(0, 100), "{\n"]) {
    assert.match(refusal(text), /^a\/utterances\.jsonl: ends before its first line does.*begin again$/);
  }
  const [, ...rest] = journal.split("\n");
  assert.match(refusal(rest.join("\n")), /^a\/utterances\.jsonl:1: kind is missing; give a journal/);
  assert.match(refusal("null\n"), /:1: kind is missing/);
  assert.match(refusal(journal.replace('"schema_version":1', '"schema_version":2')), /:1: schema_version is 2, this/);
  assert.match(refusal(journal.replace('"split":"test-other"', '"split":""')), /:1: dataset\.split: .*; take back/);
  assert.match(refusal(journal.replace('"limit":null', '"limit":0')), /:1: limit: /);
});
