import assert from "node:assert/strict";
import { join } from "node:path";
import { exampleTraining } from "./example_training.ts";
import { readAnyReport } from "./read.ts";
import { run as runReport } from "./report_command.ts";
import { captured, inTemporaryFolder } from "./testdata/commands.ts";
import type { TrainingReport } from "./training_schema.ts";
import { writeTrainingJson, writeTrainingRenderings } from "./training_write.ts";
import { withDigest } from "./verify/report_digest.ts";
import { run as runVerify } from "./verify_command.ts";

async function write(report: TrainingReport, folder: string): Promise<string[]> {
  return [await writeTrainingJson(report, folder), ...await writeTrainingRenderings(report, folder)];
}

Deno.test("a training report is written with its plots, and read again", () =>
  inTemporaryFolder(async (root) => {
    const folder = join(root, "new");
    const report = exampleTraining();
    const names = ["report.json", "report.md", "time.svg", "memory.svg"];
    assert.deepEqual(await write(report, folder), names.map((name) => join(folder, name)));
    assert.deepEqual(await readAnyReport(folder), withDigest(report));
    const svg = await Deno.readTextFile(join(folder, "time.svg"));
    assert.equal([...svg.matchAll(/aria-roledescription="point"/g)].length, 5);
    assert.equal([...svg.matchAll(/aria-roledescription="line mark"/g)].length, 2);
    assert.match(svg, /No measurement of transformer-naive: 20.min.\(over-limit\)/);
    assert.match(svg, /CTC loss, recomputation on, size base/);
    assert.doesNotMatch(svg, /NaN|undefined/);
    await assert.rejects(writeTrainingJson({ ...report, schema_version: 2 as 1 }, folder), /schema_version/);
  }));

Deno.test("a training report without long utterances has no plots", () =>
  inTemporaryFolder(async (folder) => {
    await write({ ...exampleTraining(), long: null }, folder);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["report.json", "report.md"]);
  }));

Deno.test("verify exits 0 for an honest training report and 1 for a changed one", () =>
  inTemporaryFolder(async (folder) => {
    const report = exampleTraining();
    await write(report, folder);
    const honest = await captured(() => runVerify([folder]));
    assert.equal(honest.code, 0);
    assert.match(honest.out, /everything agrees \(8 rows, 8 fits, report\.md\)/);
    report.long!.fits[0].exponent = 0.5;
    await Deno.writeTextFile(join(folder, "report.json"), JSON.stringify(report));
    const changed = await captured(() => runVerify([folder]));
    assert.equal(changed.code, 1);
    assert.match(changed.out, /^long\.fits\[0\]\.exponent: states 0\.5, recomputed /);
  }));

Deno.test("report renders a training report again", () =>
  inTemporaryFolder(async (folder) => {
    await write(exampleTraining(), folder);
    const path = join(folder, "report.md");
    const markdown = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, "stale");
    const { code, out } = await captured(() => runReport([folder]));
    assert.equal(code, 0);
    assert.match(out, /an4, batch 16 × 5\.00 s[\s\S]*wrote .*memory\.svg$/);
    assert.equal(await Deno.readTextFile(path), markdown);
  }));
