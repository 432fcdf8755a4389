import assert from "node:assert/strict";
import { join } from "node:path";
import { evalReport } from "./eval_schema.ts";
import { exampleEval } from "./example_eval.ts";
import { writeEval } from "./eval_write.ts";
import { readAnyReport, readReport } from "./read.ts";
import { run as runReport } from "./report_command.ts";
import { captured, inTemporaryFolder } from "./testdata/commands.ts";
import { withDigest } from "./verify/report_digest.ts";
import { run as runVerify } from "./verify_command.ts";

/** Writes the example report with its journal into `folder` and gives the paths of all three. */
async function written(folder: string): Promise<[json: string, markdown: string, journal: string]> {
  const { report, journal } = exampleEval();
  const [json, markdown] = await writeEval(report, folder);
  const path = join(folder, "utterances.jsonl");
  await Deno.writeTextFile(path, journal);
  return [json, markdown, path];
}

Deno.test("writeEval() writes two files, of which readAnyReport() gives the report back", () =>
  inTemporaryFolder(async (root) => {
    const folder = join(root, "new");
    const { report } = exampleEval();
    assert.deepEqual(await writeEval(report, folder), [join(folder, "report.json"), join(folder, "report.md")]);
    assert.equal([...Deno.readDirSync(folder)].length, 2);
    assert.deepEqual(await readAnyReport(folder), withDigest(report));
    await assert.rejects(readReport(folder), /kind is "eval"; give a report whose kind is "scaling"$/);
    report.load_seconds = NaN;
    await assert.rejects(writeEval(report, folder), /load_seconds/);
  }));

Deno.test("readAnyReport() names what to do about an eval report that breaks the schema", () =>
  inTemporaryFolder(async (folder) => {
    const [json] = await written(folder);
    const text = await Deno.readTextFile(json);
    await Deno.writeTextFile(json, text.replace(/"wer": [\d.]+/, '"wer": "low"'));
    await assert.rejects(readAnyReport(json), /report\.json: scores\[0\]\.wer: .*`deno task eval`$/);
    await Deno.writeTextFile(json, text.replace('"schema_version": 1', '"schema_version": 0'));
    await assert.rejects(readAnyReport(json), /schema_version is 0, this program reads 1/);
  }));

Deno.test("verify exits 0 for an honest eval report, says what it could not check, and 1 for changed files", () =>
  inTemporaryFolder(async (folder) => {
    const [json, markdown, journal] = await written(folder);
    const honest = await captured(() => runVerify([folder]));
    assert.equal(honest.code, 0);
    assert.match(
      honest.out,
      /report\.json: everything agrees \(12 utterances, 2 scores, report\.md\)\nunverifiable: times/,
    );

    const text = await Deno.readTextFile(journal);
    await Deno.writeTextFile(journal, text.replaceAll("red apples", "red apple"));
    const changed = await captured(() => runVerify([json, "--json"]));
    assert.equal(changed.code, 1);
    const { differences, unverifiable, markdown_checked } = JSON.parse(changed.out);
    const where = differences.map((difference: { where: string }) => difference.where);
    assert.ok(where.includes("utterances.sha256") && where.includes("scores[1].wer"), where.join(", "));
    assert.deepEqual([unverifiable.length, markdown_checked], [5, true]);

    await Deno.remove(journal);
    await Deno.remove(markdown);
    const alone = await captured(() => runVerify([folder]));
    assert.equal(alone.code, 1);
    assert.match(
      alone.out,
      /^utterances\.jsonl: states 12 utterances, recomputed no such file[^]*no report\.md beside it/,
    );

    await Deno.writeTextFile(journal, text.replace('"index":3', '"index":three'));
    const broken = await captured(() => runVerify([folder]));
    assert.deepEqual([broken.code, broken.out], [3, ""]);
    assert.match(broken.err, /utterances\.jsonl:5: [^\n]*$/);
  }));

Deno.test("report renders an eval report's report.md again and prints its summary", () =>
  inTemporaryFolder(async (folder) => {
    const [json, path] = await written(folder);
    const markdown = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, "stale");
    const own = await captured(() => runReport([json]));
    assert.equal(own.code, 0);
    assert.match(own.out, /12 of 2,939 utterances: a part[^]*whisper-en-v1 +34\.48 %[^]*wrote .*report\.md$/);
    assert.equal(await Deno.readTextFile(path), markdown);
    const other = await captured(() => runReport([folder, "--out", join(folder, "other"), "--json"]));
    assert.deepEqual(JSON.parse(other.out).files, [join(folder, "other", "report.md")]);
    evalReport.parse(JSON.parse(await Deno.readTextFile(json)));
  }));
