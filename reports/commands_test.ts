import assert from "node:assert/strict";
import { join } from "node:path";
import { captured, inTemporaryFolder } from "./testdata/commands.ts";
import { buildReport } from "./derive.ts";
import { InputError } from "./errors.ts";
import { exampleReport } from "./example_report.ts";
import { readReport } from "./read.ts";
import { run as runReport } from "./report_command.ts";
import { withDigest } from "./verify/report_digest.ts";
import { run as runVerify } from "./verify_command.ts";
import { writeReport } from "./write.ts";

const names = (folder: string): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("writeReport() writes five files and leaves no temporary one, and readReport() gives the report back", () =>
  inTemporaryFolder(async (root) => {
    const folder = join(root, "new", "folder");
    const report = exampleReport();
    const paths = await writeReport(report, folder);
    assert.deepEqual(names(folder), ["encoder.svg", "memory.svg", "report.json", "report.md", "time.svg"]);
    const written = ["report.json", "report.md", "time.svg", "encoder.svg", "memory.svg"];
    assert.deepEqual(paths, written.map((name) => join(folder, name)));
    assert.deepEqual(await readReport(folder), withDigest(report));
    assert.deepEqual(await readReport(join(folder, "report.json")), withDigest(report));
    // GitHub shows an image that lies beside the Markdown, by its bare name.
    const images = [...(await Deno.readTextFile(join(folder, "report.md"))).matchAll(/!\[[^\]]+\]\(([^)]*)\)/g)];
    assert.deepEqual(images.map(([, target]) => target), ["time.svg", "encoder.svg", "memory.svg"]);
    for (const [, image] of images) {
      const svg = await Deno.readTextFile(join(folder, image));
      assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      // What GitHub serves as an image may load nothing and run nothing.
      assert.doesNotMatch(svg, /<script|<foreignObject|<image|(?:href|src)=|url\(\s*["']?http/);
    }
  }));

Deno.test("writeReport() names a folder that cannot be written and keeps figures that are no numbers out", () =>
  inTemporaryFolder(async (root) => {
    const file = join(root, "taken");
    await Deno.writeTextFile(file, "");
    await assert.rejects(writeReport(exampleReport(), file), (error) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, /taken.*cannot be written \(.*\); give a folder/);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
    const broken = exampleReport();
    broken.fits[0].exponent = NaN;
    await assert.rejects(writeReport(broken, join(root, "other")), /exponent/);
    assert.deepEqual(names(root), ["taken"]);
  }));

Deno.test("verify exits 0 for an honest report, 1 for a changed one and 3 for none", () =>
  inTemporaryFolder(async (folder) => {
    await writeReport(exampleReport(), folder);
    const honest = await captured(() => runVerify([folder]));
    assert.equal(honest.code, 0);
    assert.match(honest.out, /everything agrees \(16 rows, 16 fits, 16 crossovers, report\.md\)/);

    const path = join(folder, "report.json");
    const changed = exampleReport();
    changed.fits[0].exponent = 0.5;
    await Deno.writeTextFile(path, JSON.stringify(changed));
    const failed = await captured(() => runVerify([path, "--json"]));
    assert.equal(failed.code, 1);
    const { differences, markdown_checked } = JSON.parse(failed.out);
    assert.equal(markdown_checked, true);
    assert.ok(
      differences.some((d: { where: string; stated: string }) => d.where === "fits[0].exponent" && d.stated === "0.5"),
    );
    assert.ok(differences.some((d: { where: string }) => d.where.startsWith("report.md line")));

    await Deno.remove(join(folder, "report.md"));
    assert.match((await captured(() => runVerify([path]))).out, /1 difference .*no report\.md beside it/);

    const missing = await captured(() => runVerify([join(folder, "other.json")]));
    assert.deepEqual([missing.code, missing.out], [3, ""]);
    assert.match(missing.err, /no such file/);
  }));

Deno.test("report renders again into its own folder or another", () =>
  inTemporaryFolder(async (folder) => {
    await writeReport(exampleReport(), folder);
    const markdown = await Deno.readTextFile(join(folder, "report.md"));
    await Deno.writeTextFile(join(folder, "report.md"), "stale");
    const own = await captured(() => runReport([folder]));
    assert.equal(own.code, 0);
    assert.match(own.out, /time, end to end, batch 1[\s\S]*wrote .*report\.md/);
    assert.equal(await Deno.readTextFile(join(folder, "report.md")), markdown);

    const out = join(folder, "elsewhere");
    const other = await captured(() => runReport([join(folder, "report.json"), "--out", out, "--json"]));
    assert.equal(JSON.parse(other.out).files.length, 4);
    assert.deepEqual(names(out), ["encoder.svg", "memory.svg", "report.md", "time.svg"]);
  }));

Deno.test("writeReport() draws no encoder without timestamps, and takes away an earlier run's", () =>
  inTemporaryFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "encoder.svg"), "stale");
    const { environment, rows } = exampleReport();
    const bare = rows.map((row) => row.status === "ok" ? { ...row, encoder_seconds: null, stages: [] } : row);
    await writeReport(buildReport(environment, bare, 25, false), folder);
    assert.deepEqual(names(folder), ["memory.svg", "report.json", "report.md", "time.svg"]);
    assert.doesNotMatch(await Deno.readTextFile(join(folder, "report.md")), /encoder\.svg/);
  }));

Deno.test("verify and report print their help, and refuse wrong usage in one line with exit code 3", async () => {
  for (const run of [runVerify, runReport]) {
    const help = await captured(() => run(["--help"]));
    assert.equal(help.code, 0);
    assert.match(help.out, /REPORT[\s\S]*Exit code/);
    for (const args of [[], ["a", "b"], ["a", "--speed"]]) {
      const refused = await captured(() => run(args));
      assert.deepEqual([refused.code, refused.out], [3, ""]);
      assert.match(refused.err, /^[^\n]*deno task (verify|report)[^\n]*--help\)?$/);
    }
  }
  assert.match((await captured(() => runVerify(["a", "--out", "b"]))).err, /Unknown option '--out'; see/);
});
