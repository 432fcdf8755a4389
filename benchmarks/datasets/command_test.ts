import assert from "node:assert/strict";
import { inFolder } from "../../datasets/download/testing.ts";
import { DATASETS } from "../../datasets/registry.ts";
import { espeakTest } from "../../datasets/synthetic_speech/testing.ts";
import { dataTest, inputError } from "../../datasets/testing.ts";
import { EXIT } from "../harness/errors.ts";
import { run } from "./command.ts";
import { list } from "./list.ts";
import { LINES, madeUp } from "./testing.ts";
import { counted, listText } from "./text.ts";

/** What a command line prints on standard output, and its exit code. */
async function printed(...args: string[]): Promise<{ code: number; out: string }> {
  const out: string[] = [];
  const { log } = console;
  console.log = (text: string) => out.push(text);
  try {
    return { code: await run(args), out: out.join("\n") };
  } finally {
    console.log = log;
  }
}

Deno.test("run() lists every set, also where there is no data folder", () =>
  inFolder(async (root) => {
    const { code, out } = await printed("list", "--data-root", `${root}/none`);
    assert.equal(code, EXIT.done);
    for (const { id } of DATASETS) assert.match(out, new RegExp(`^${id} .*not found`, "m"));
    const json = JSON.parse((await printed("list", "--data-root", root, "--json")).out);
    assert.deepEqual(json.sets.map(({ id }: { id: string }) => id), DATASETS.map(({ id }) => id));
    assert.deepEqual([json.kind, json.data_root, json.sets[0].found], ["datasets", root, null]);
  }));

Deno.test("run() names the nearest set where there is none of that name", async () => {
  for (const action of ["get", "check"]) {
    await assert.rejects(run([action, "gigaspech"]), inputError("gigaspech", /did you mean gigaspeech\?/));
  }
});

Deno.test("listText() lines columns up and tells where a copy is", () =>
  inFolder(async (root) => {
    await Deno.mkdir(`${root}/made-up`);
    await Deno.writeTextFile(`${root}/made-up/set.txt`, LINES);
    const gated = { terms: "t", url: "u" };
    const sets = await list([madeUp([]), madeUp([], { id: "other", gated, forms: [] })], root);
    assert.equal(
      listText("DATA", sets).replaceAll(root, "DATA"),
      `id       split  licence  utterances  hours  copy
made-up  test   none              4    0.0  DATA/made-up/set.txt (lines)
other    test   none              4    0.0  not found; gated

Data folder: DATA`,
    );
  }));

Deno.test("counted() says of how many, where that is another number", () => {
  assert.equal(counted(100, 2939), "100 of 2,939");
  assert.equal(counted(2939, 2939), "2,939");
  assert.equal(counted(2939, null), "2,939");
  assert.equal(counted(0.206, 5.1, 2), "0.21 of 5.10");
});

dataTest("run() checks a whole copy, a partial one and a missing one, with exit codes 0, 1 and 3", async (root) => {
  const an4 = await printed("check", "an4", "--data-root", root, "--json");
  const whole = JSON.parse(an4.out);
  assert.deepEqual([an4.code, whole.state, whole.utterances.found, whole.words.found], [EXIT.done, "whole", 130, 773]);
  assert.equal(whole.decoded.utterances, 3);
  const other = await printed("check", "librispeech-other", "--data-root", root);
  assert.equal(other.code, EXIT.regression);
  assert.match(other.out, /^utterances {2}100 of 2,939$/m);
  await assert.rejects(run(["check", "spgispeech", "--data-root", root]), inputError(root, /holds no spgispeech/));
});

espeakTest(
  "run() makes synthesised speech of a text, which check finds whole and labelled",
  () =>
    inFolder(async (root) => {
      await Deno.writeTextFile(`${root}/text`, "Go on.\nStop!\n");
      const args = ["--text", `${root}/text`, "--hours", "0.0005", "--data-root", root];
      assert.equal((await printed("get", "synthetic-speech", ...args)).code, EXIT.done);
      const { code, out } = await printed("check", "synthetic-speech", "--data-root", root, "--json");
      const found = JSON.parse(out);
      assert.deepEqual([code, found.state], [EXIT.done, "whole"]);
      assert.match(found.version, /^synthesised .*text text .*seed 1\)$/);
      assert.equal(found.utterances.found, found.utterances.expected);
      assert.ok(found.hours.found >= 0.0005, `${found.hours.found} h`);
    }),
);
