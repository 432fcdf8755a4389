import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { exampleKernels } from "./example_kernels.ts";
import { exampleReport } from "./example_report.ts";
import { writeKernels } from "./kernels_write.ts";
import { inTemporaryFolder } from "./testdata/commands.ts";
import { reportsUnder } from "./reports_under.ts";
import { verifyFile } from "./verify_file.ts";
import { writeReport } from "./write.ts";

const published = fileURLToPath(new URL("./published", import.meta.url));

/** What is wrong with the reports under a folder, one line each. */
async function problemsUnder(folder: string): Promise<string[]> {
  const problems: string[] = [];
  for (const path of await reportsUnder(folder)) {
    const { differences, markdown, markdownName } = await verifyFile(path);
    const say = (problem: string): number => problems.push(`${relative(folder, path)}: ${problem}`);
    for (const { where, stated, recomputed } of differences) say(`${where} states ${stated}, recomputed ${recomputed}`);
    if (markdown === null) say(`${markdownName} is not beside it`);
    for (const [, image] of (markdown ?? "").matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)) {
      const there = await Deno.stat(join(dirname(path), image)).then(({ isFile }) => isFile, () => false);
      if (!there) say(`${markdownName} shows ${image}, which is not beside it`);
    }
  }
  return problems;
}

Deno.test("published reports verify without differences, and their Markdown and plots lie beside them", async () => {
  if ((await reportsUnder(published)).length === 0) console.log("no published reports yet");
  assert.deepEqual(await problemsUnder(published), []);
});

Deno.test("problemsUnder() finds reports of both kinds however deep, and what is wrong with them", () =>
  inTemporaryFolder(async (folder) => {
    assert.deepEqual(await reportsUnder(join(folder, "none")), []);
    const [scaling] = await writeReport(exampleReport(), join(folder, "h200/scaling"));
    const [kernels, markdown] = await writeKernels(exampleKernels(), join(folder, "h200/kernels"));
    assert.deepEqual(await reportsUnder(folder), [kernels, scaling]);
    assert.deepEqual(await problemsUnder(folder), []);

    const report = exampleReport();
    report.fits[0].exponent = 0.5;
    await Deno.writeTextFile(scaling, JSON.stringify(report));
    await Deno.remove(join(dirname(scaling), "time.svg"));
    await Deno.remove(markdown);
    const problems = await problemsUnder(folder);
    assert.equal(problems[0], "h200/kernels/kernels.json: kernels.md is not beside it");
    assert.match(problems[1], /^h200\/scaling\/report\.json: fits\[0\]\.exponent states 0\.5, recomputed /);
    assert.match(problems[2], /report\.json: report\.md line \d+ states /);
    assert.match(problems.at(-1)!, /report\.json: report\.md shows time\.svg, which is not beside it$/);
  }));
