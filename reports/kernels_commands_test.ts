import assert from "node:assert/strict";
import { join } from "node:path";
import { exampleKernels } from "./example_kernels.ts";
import type { MeasuredKernel } from "./kernels_schema.ts";
import { writeKernels } from "./kernels_write.ts";
import { readAnyReport } from "./read.ts";
import { run as runReport } from "./report_command.ts";
import { captured, inTemporaryFolder } from "./testdata/commands.ts";
import { withDigest } from "./verify/report_digest.ts";
import { run as runVerify } from "./verify_command.ts";

Deno.test("writeKernels() writes two files, of which readAnyReport() gives the report back", () =>
  inTemporaryFolder(async (root) => {
    const folder = join(root, "new");
    const report = exampleKernels();
    assert.deepEqual(await writeKernels(report, folder), [join(folder, "kernels.json"), join(folder, "kernels.md")]);
    assert.equal([...Deno.readDirSync(folder)].length, 2);
    assert.deepEqual(await readAnyReport(folder), withDigest(report));
    report.buffer_copy_rate = NaN;
    await assert.rejects(writeKernels(report, folder), /buffer_copy_rate/);
  }));

Deno.test("verify exits 0 for an honest kernel report and 1 for a changed one or changed Markdown", () =>
  inTemporaryFolder(async (folder) => {
    const report = exampleKernels();
    const [json, markdown] = await writeKernels(report, folder);
    const honest = await captured(() => runVerify([folder]));
    assert.equal(honest.code, 0);
    assert.match(honest.out, /kernels\.json: everything agrees \(7 rows, kernels\.md\)/);

    await Deno.writeTextFile(markdown, (await Deno.readTextFile(markdown)).replace("550 µs", "450 µs"));
    const stale = await captured(() => runVerify([json]));
    assert.equal(stale.code, 1);
    assert.match(stale.out, /^kernels\.md line \d+: states .*450 µs.*recomputed .*550 µs/);

    await Deno.remove(markdown);
    (report.rows[1] as MeasuredKernel).copy_share = 0.99;
    await Deno.writeTextFile(json, JSON.stringify(report));
    const changed = await captured(() => runVerify([json]));
    assert.equal(changed.code, 1);
    assert.match(changed.out, /^rows\[1\]\.copy_share: states 0\.99, .*\n.*1 difference .*no kernels\.md beside it/);
  }));

Deno.test("report renders kernels.md again and prints the table", () =>
  inTemporaryFolder(async (folder) => {
    const [json, path] = await writeKernels(exampleKernels(), folder);
    const markdown = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, "stale");
    const own = await captured(() => runReport([json]));
    assert.equal(own.code, 0);
    assert.match(own.out, /scan 1×45000×512 +550 µs[\s\S]*wrote .*kernels\.md$/);
    assert.equal(await Deno.readTextFile(path), markdown);
    const other = await captured(() => runReport([folder, "--out", join(folder, "other"), "--json"]));
    assert.deepEqual(JSON.parse(other.out).files, [join(folder, "other", "kernels.md")]);
  }));
