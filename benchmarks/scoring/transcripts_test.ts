import assert from "node:assert/strict";
import { inputError } from "../../datasets/testing.ts";
import { speakersFromFile, speakersFromIds } from "./speakers.ts";
import { pairTranscripts, parseTranscripts } from "./transcripts.ts";

const parse = (text: string, file = "f.tsv") => parseTranscripts(new TextEncoder().encode(text), file);
const nobody = () => null;

Deno.test("parseTranscripts() reads ids and texts with their lines", () => {
  assert.deepEqual([...parse("a\tone two\nb\t\nc\tthree").texts], [
    ["a", { text: "one two", line: 1 }],
    ["b", { text: "", line: 2 }],
    ["c", { text: "three", line: 3 }],
  ]);
});

Deno.test("parseTranscripts() takes a byte order mark, carriage returns and empty lines at the end", () => {
  assert.deepEqual([...parse("\ufeffa\tone\r\nb\ttwo\r\n\r\n\n").texts.values()].map(({ text }) => text), [
    "one",
    "two",
  ]);
});

for (
  const [what, text, message] of [
    ["no tab", "a\tone\nb two\n", /^f\.tsv:2: no tab in "b two"; expected ID<TAB>TEXT$/],
    ["two tabs", "a\tone\tuno\n", /^f\.tsv:1: 2 tabs; /],
    ["an empty line", "a\tone\n\nb\ttwo\n", /^f\.tsv:2: empty line; /],
    ["a doubled id", "a\tone\nb\ttwo\na\tone\n", /^f\.tsv:3: id a stands in line 1 already; /],
    ["an empty id", "\tone\n", /^f\.tsv:1: "" is no id; /],
    ["an id with a space", "a b\tone\n", /^f\.tsv:1: "a b" is no id; /],
    ["no lines", "\n\n", /^f\.tsv: holds no lines; /],
  ] as const
) {
  Deno.test(`parseTranscripts() names file and line at ${what}`, () => {
    assert.throws(() => parse(text), inputError("f.tsv", message));
  });
}

Deno.test("parseTranscripts() names the line that is not UTF-8", () => {
  const latin1 = Uint8Array.from("a\tone\nb\tna\xefve\nc\tthree\n", (sign) => sign.charCodeAt(0));
  assert.throws(() => parseTranscripts(latin1, "f.tsv"), inputError("f.tsv:2", /is not UTF-8; convert/));
  const utf16 = Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x09, 0);
  assert.throws(() => parseTranscripts(utf16, "f.tsv"), inputError("f.tsv:1", /is not UTF-8/));
});

Deno.test("pairTranscripts() follows the references' order, whatever that of the hypotheses", () => {
  const paired = pairTranscripts(
    parse("b\ttwo\na\tone\n"),
    parse("a\tuno\nb\t\n", "h.tsv"),
    (id) => `speaker of ${id}`,
  );
  assert.deepEqual(paired, [
    { id: "b", speaker: "speaker of b", reference: "two", hypothesis: "" },
    { id: "a", speaker: "speaker of a", reference: "one", hypothesis: "uno" },
  ]);
});

Deno.test("pairTranscripts() names unknown and missing ids with file and line", () => {
  const references = parse("a\tone\nb\ttwo\nc\tthree\n", "r.tsv");
  const hypotheses = (text: string) => parse(text, "h.tsv");
  assert.throws(
    () => pairTranscripts(references, hypotheses("a\tone\nx\tten\nb\ttwo\nc\tthree\n"), nobody),
    inputError("h.tsv:2", /unknown id x; r\.tsv does not have it$/),
  );
  assert.throws(
    () => pairTranscripts(references, hypotheses("b\ttwo\n"), nobody),
    inputError("h.tsv", /^h\.tsv: no line for a \(r\.tsv:1\) and 1 more; /),
  );
  assert.throws(
    () => pairTranscripts(references, hypotheses("a\tone\nb\ttwo\n"), nobody),
    inputError("h.tsv", /^h\.tsv: no line for c \(r\.tsv:3\); /),
  );
});

Deno.test("speakersFromIds() knows LibriSpeech's ids, all or none", () => {
  const ids = ["1089-134686-0000", "237-1-2"];
  assert.deepEqual(ids.map(speakersFromIds(ids)), ["1089", "237"]);
  assert.equal(speakersFromIds([...ids, "an4-1"])("1089-134686-0000"), null);
});

Deno.test("speakersFromFile() wants a speaker for each id", () => {
  const speakerOf = speakersFromFile(parse("a\tann\nb\t\n"));
  assert.equal(speakerOf("a"), "ann");
  assert.throws(() => speakerOf("b"), inputError("f.tsv:2", /b has no speaker/));
  assert.throws(() => speakerOf("c"), inputError("f.tsv", /no line for c; /));
});
