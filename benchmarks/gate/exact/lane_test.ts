import assert from "node:assert/strict";
import { exactDifferences } from "../../../reports/gate/exact_differences.ts";
import { PROJECT_ROOT } from "../../harness/project.ts";
import { acceptItems, compareWithBaseline, findItems } from "./lane.ts";
import { baselineFile } from "./baseline.ts";
import { countedItems } from "./counted.ts";
import { heardItems } from "./heard.ts";
import type { Items } from "./protocol.ts";

/** What the exact lane loads of a version. */
const ROOMS = [
  "kernels",
  "model",
  "models",
  "training",
  "reports/statistics",
  "benchmarks/scoring",
  "benchmarks/gate/baseline",
];

/** Edits of one file of a copy: text that is there, and what stands in its place. */
type Edit = readonly [file: string, from: string, to: string];

/** A copy of the project, edited. */
async function withCopy(edits: readonly Edit[], work: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const room of ROOMS) await copy(`${PROJECT_ROOT}/${room}`, `${root}/${room}`);
    for (const file of ["deno.json", "deno.lock"]) await Deno.copyFile(`${PROJECT_ROOT}/${file}`, `${root}/${file}`);
    for (const [file, from, to] of edits) {
      const text = await Deno.readTextFile(`${root}/${file}`);
      assert.ok(text.includes(from), `${file} no longer holds ${JSON.stringify(from)}: change this test`);
      await Deno.writeTextFile(`${root}/${file}`, text.replace(from, to));
    }
    await work(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (name === "testdata" || name.endsWith("_test.ts")) continue;
    if (isDirectory) await copy(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Kinds of the items that an edited copy changes, with their names. */
async function changedBy(edits: readonly Edit[], find: (root: string) => Promise<Items>, original: Items) {
  const changed = new Map<string, string[]>();
  await withCopy(edits, async (root) => {
    for (const { name } of exactDifferences(original, await find(root))) {
      const kind = name.split("/")[0];
      changed.set(kind, [...(changed.get(kind) ?? []), name]);
    }
  });
  return changed;
}

Deno.test("countedItems() names each quantity that a change of the project changes, and no other", async () => {
  const original = await countedItems(PROJECT_ROOT);
  const wgsl = await changedBy(
    [["kernels/argmax/argmax.ts", "@compute", "// as before\n@compute"]],
    countedItems,
    original,
  );
  assert.deepEqual([...wgsl.keys()], ["wgsl"]);
  assert.ok(wgsl.get("wgsl")!.every((name) => /\/argmax /.test(name)), wgsl.get("wgsl")!.join());

  const ledger = await changedBy(
    [[
      "model/recognizer.ts",
      "const features =",
      "const spare = gpu.tensor([1000]);\n  scope.keep(spare);\n  const features =",
    ]],
    countedItems,
    original,
  );
  assert.deepEqual([...ledger.keys()], ["ledger peak"]);

  const linear = "linear(gpu, model.weights.ctc, memory);\n  ";
  const work = await changedBy(
    [["model/decoding/ctc_frames.ts", "return scope.keep(argmax", `${linear}return scope.keep(argmax`]],
    countedItems,
    original,
  );
  for (const kind of ["dispatches", "bytes", "flops"]) {
    assert.ok(work.get(kind)!.every((name) => name.endsWith("/ctc")), `${kind}: ${work.get(kind)}`);
  }
  assert.deepEqual([...work.keys()].sort(), ["bytes", "dispatches", "flops"]);

  const parameters = await changedBy(
    [[
      "model/presets.ts",
      "nano: { width: 32, heads: 2, feedForward: 64",
      "nano: { width: 32, heads: 2, feedForward: 68",
    ]],
    countedItems,
    original,
  );
  assert.equal(parameters.get("parameters")!.length, 6);
  assert.ok(parameters.get("parameters")!.every((name) => /-nano\//.test(name)));
});

Deno.test("heardItems() names hypotheses and error counts that a change of the project changes", async () => {
  const find = async (root: string): Promise<Items> => (await heardItems(root, "deno")).items;
  const original = await find(PROJECT_ROOT);
  const heard = await changedBy(
    [[
      "model/decoding/ctc_frames.ts",
      "export function ctcLabels(frames: Uint32Array",
      "export function ctcLabels(given: Uint32Array",
    ], [
      "model/decoding/ctc_frames.ts",
      "): number[][] {",
      "): number[][] {\n  const frames = given.map((token) => token === 5 ? 6 : token);",
    ]],
    find,
    original,
  );
  assert.deepEqual([...heard.keys()], ["hypothesis"]);
  assert.ok(heard.get("hypothesis")!.every((name) => /\/ctc\//.test(name)));
  const errors = await changedBy(
    [["benchmarks/scoring/score.ts", "    ...counts,", "    ...counts,\n    substitutions: counts.substitutions + 1,"]],
    find,
    original,
  );
  assert.deepEqual([...errors.keys()], ["errors"]);
  assert.ok(errors.get("errors")!.every((name) => name.endsWith("/substitutions")));
});

Deno.test("compareWithBaseline() finds nothing right after acceptItems(), and a file that is missing after it goes", async () => {
  await withCopy([], async (root) => {
    const found = (await findItems(root, "deno", new AbortController().signal))!;
    assert.equal(found.problem, null);
    await acceptItems(root, found);
    const lane = await compareWithBaseline(root, found);
    assert.deepEqual([lane.differences, lane.problems], [[], []]);
    assert.equal(lane.compared.length, 2);
    await Deno.remove(`${root}/${baselineFile("any")}`);
    const { problems, compared } = await compareWithBaseline(root, found);
    assert.equal(compared.length, 1);
    assert.match(problems[0], /^no benchmarks\/gate\/baseline\/any\.json: `deno task gate --accept` on this machine/);
  });
});
