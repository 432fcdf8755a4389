import assert from "node:assert/strict";
import { described, inFolder } from "../../datasets/download/testing.ts";
import { inputError } from "../../datasets/testing.ts";
import { check, type Finding } from "./check.ts";
import { LINES, madeUp } from "./testing.ts";
import { findingText } from "./text.ts";

const WHOLE = described(new TextEncoder().encode(LINES), "");

/** What check finds where the set's file holds `lines`. */
async function found(
  lines: string,
  decode = Infinity,
  entry = madeUp([{ ...WHOLE, name: "set.txt" }]),
): Promise<Finding> {
  let finding: Finding | undefined;
  await inFolder(async (root) => {
    await Deno.mkdir(`${root}/made-up`);
    await Deno.writeTextFile(`${root}/made-up/set.txt`, lines);
    const text = (value: string) => value.replaceAll(root, "DATA");
    finding = JSON.parse(text(JSON.stringify(await check(entry, root, decode, () => {}))));
  });
  return finding!;
}

Deno.test("check() finds a whole copy whole, and counts what is never scored", async () => {
  const { sha256, ...finding } = await found(LINES);
  assert.match(sha256!, /^[0-9a-f]{64}$/);
  assert.deepEqual(finding, {
    kind: "dataset-check",
    schema_version: 1,
    id: "made-up",
    version: "7",
    split: "test",
    files: [{ path: "DATA/made-up/set.txt", state: "right", problem: null }],
    state: "whole",
    source: { path: "DATA/made-up/set.txt", form: "lines" },
    utterances: { found: 4, expected: 4 },
    dropped: 1,
    words: { found: 5, expected: 5 },
    hours: { found: 5 / 3600, expected: 5 / 3600 },
    decoded: { utterances: 3, seconds: 5 },
    problems: [],
  });
});

Deno.test("check() finds a copy partial that lacks utterances, as long as no known file is wrong", async () => {
  const unpacked = madeUp([]);
  const finding = await found("a ONE TWO\nb ONE\n", 1, unpacked);
  assert.deepEqual(
    [finding.state, finding.utterances, finding.words, finding.decoded],
    ["partial", { found: 2, expected: 4 }, { found: 3, expected: 5 }, { utterances: 1, seconds: 2 }],
  );
  const damaged = await found("a ONE TWO\nb ONE\n");
  assert.equal(damaged.state, "wrong");
  assert.match(damaged.files[0].problem!, /^DATA\/made-up\/set\.txt: holds 16 bytes, not \d+$/);
});

Deno.test("check() finds a copy wrong that has other bytes, words or utterances, or does not decode", async () => {
  const anyBytes = madeUp([]);
  const otherBytes = await found(LINES.replace("b ONE", "b SIX"));
  assert.equal(otherBytes.state, "wrong");
  assert.match(otherBytes.files[0].problem!, /has SHA-256/);
  const cases: [string, RegExp][] = [
    [LINES.replace("b ONE", "b ONE ONE"), /other words than the set's/],
    [`${LINES}e ONE\n`, /holds more than the 4 utterances/],
    [LINES.replace("b ONE", "b BAD"), /b: does not decode/],
    [LINES.replace("b ONE", "b SILENT"), /^b: decodes to nothing$/],
  ];
  for (const [lines, pattern] of cases) {
    const { state, problems } = await found(lines, Infinity, anyBytes);
    assert.equal(state, "wrong");
    assert.match(problems.join("\n"), pattern);
  }
  const unreadable = await found("damaged\n", 3, anyBytes);
  assert.deepEqual([unreadable.state, unreadable.utterances], ["wrong", null]);
  assert.match(unreadable.problems[0], /is damaged/);
});

Deno.test("check() tells no hours where the copy does not", async () => {
  assert.equal((await found(LINES.replace("ONE TWO", "ONE LONG"), 0, madeUp([]))).hours, null);
});

Deno.test("check() verifies what was fetched from the hub by the checksums beside it", async () => {
  const hub = { repo: "o/d", revision: "main", files: /txt$/ };
  await inFolder(async (root) => {
    const entry = madeUp([], { hub });
    await Deno.mkdir(`${root}/made-up`);
    await Deno.writeTextFile(`${root}/made-up/set.txt`, LINES);
    const states = async (sums: string) => {
      await Deno.writeTextFile(`${root}/made-up/SHA256SUMS`, sums);
      const { state, files } = await check(entry, root, 0, () => {});
      return [state, ...files.map((file) => file.state)];
    };
    const right = `${WHOLE.sha256}  set.txt\n`;
    assert.deepEqual(await states(right), ["whole", "right"]);
    // A get that was interrupted.
    assert.deepEqual(await states(`${right}${"0".repeat(64)}  more.txt\n`), ["partial", "right", "missing"]);
    assert.deepEqual(await states(`${"0".repeat(64)}  set.txt\n`), ["wrong", "wrong"]);
  });
});

Deno.test("check() says what it looked for where there is no copy", () =>
  inFolder(async (root) => {
    await assert.rejects(
      check(madeUp([]), root, 3, () => {}),
      inputError(root, /holds no made-up .*made-up\/set\.txt/),
    );
    await assert.rejects(check(madeUp([]), `${root}/x`, 3, () => {}), inputError(`${root}/x`, /no such folder/));
  }));

Deno.test("findingText() says what is there of what, and what to make of it", async () => {
  assert.equal(
    findingText(await found("a ONE TWO\nd <SIL>\n", 3, madeUp([]))),
    `set         made-up, version 7, split test
copy        DATA/made-up/set.txt (lines)
utterances  2 of 4, of which 1 are never scored
words       2 of 5
hours       0.00
decoded     1 utterances, 2.0 s

This copy is partial: what is there can be evaluated, and reports say how much it is.`,
  );
  const wrong = findingText(await found("damaged\n"));
  assert.match(wrong, /^file {8}DATA\/made-up\/set\.txt: holds 8 bytes, not \d+$/m);
  assert.match(wrong, /^wrong {7}.*is damaged.*\n\nThis copy is wrong: move it away and get made-up again\.$/m);
});
