import assert from "node:assert/strict";
import { PROJECT_ROOT } from "../../harness/project.ts";
import { BASELINE_FOLDER, readBaseline, writeBaseline } from "./baseline.ts";

/** A version's folder that holds one baseline, as text. */
async function withBaseline(text: string, work: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/${BASELINE_FOLDER}`, { recursive: true });
    await Deno.writeTextFile(`${root}/${BASELINE_FOLDER}/any.json`, text);
    await work(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("writeBaseline() writes one item a line, sorted, and readBaseline() reads it again", async () => {
  await withBaseline("", async (root) => {
    const items = { "b/2": 'a "text"\n', a: 1, "b/1": 0 };
    const path = await writeBaseline(root, "any", items);
    assert.deepEqual(await readBaseline(root, "any"), items);
    const lines = (await Deno.readTextFile(path)).split("\n");
    assert.deepEqual(lines.slice(5, 8), ['    "a": 1,', '    "b/1": 0,', '    "b/2": "a \\"text\\"\\n"']);
    assert.equal(await readBaseline(root, "gpu"), null);
  });
});

Deno.test("readBaseline() refuses in a line what is truncated, of another version or of another adapter", async () => {
  const good = '{"kind":"gate-baseline","schema_version":1,"adapter":"any","items":{"a":1}}';
  const cases: [string, RegExp][] = [
    [good.slice(0, 40), /truncated or no JSON/],
    ["", /truncated or no JSON/],
    ["[]", /is no baseline of the gate/],
    [good.replace(":1,", ":2,"), /schema_version is 2, this program reads 1/],
    [good.replace('"schema_version":1,', ""), /schema_version is missing/],
    [good.replace('"any"', '"gpu"'), /is of "gpu" adapters, not of any ones/],
    [good.replace('"a":1', '"a":null'), /items\/a: /],
  ];
  for (const [text, expected] of cases) {
    await withBaseline(text, async (root) => {
      await assert.rejects(readBaseline(root, "any"), (error: Error) => {
        assert.equal(error.name, "UsageError");
        assert.match(error.message, expected);
        assert.match(
          error.message,
          /^benchmarks\/gate\/baseline\/any\.json: [^\n]+`deno task gate --accept` writes it anew$/,
        );
        return true;
      });
    });
  }
});

Deno.test("readBaseline() reads the baselines that are committed", async () => {
  for (const section of ["any", "software"] as const) {
    const items = await readBaseline(PROJECT_ROOT, section);
    assert.ok(items !== null && Object.keys(items).length > 30, section);
  }
});
