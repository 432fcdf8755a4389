import assert from "node:assert/strict";
import { join } from "node:path";
import { InputError } from "./errors.ts";
import { exampleKernels } from "./example_kernels.ts";
import { exampleReport } from "./example_report.ts";
import { parseReport, readReport, reportFile } from "./read.ts";

/** The one line that `text` is refused with. */
function refusal(text: string): string {
  try {
    parseReport(text, "a/report.json");
  } catch (error) {
    assert.ok(error instanceof InputError);
    assert.ok(error.message.startsWith("a/report.json: "));
    assert.ok(!error.message.includes("\n"), error.message);
    return error.message;
  }
  throw new assert.AssertionError({ message: "was accepted" });
}

Deno.test("parseReport() gives back what was written", () => {
  for (const report of [exampleReport(), exampleKernels()]) {
    assert.deepEqual(parseReport(JSON.stringify(report), "a.json"), report);
  }
});

Deno.test("parseReport() says what is wrong with a file that is no report, and what to do", () => {
  assert.match(refusal(""), /empty; measure again/);
  assert.match(refusal(" \n"), /empty/);
  assert.match(refusal('{"kind": "sc'), /not JSON \(.*\); measure again/);
  assert.match(
    refusal("[]"),
    /kind is missing; give a report whose kind is "scaling" or "kernels" or "eval" or "training"/,
  );
  assert.match(refusal("null"), /kind is missing/);
  assert.match(refusal('{"kind": "accuracy"}'), /kind is "accuracy"/);
  assert.match(refusal('{"kind": "scaling", "schema_version": 1}'), /schema_version is 1, this program reads 2; use/);
  assert.match(refusal('{"kind": "kernels", "schema_version": 2}'), /schema_version is 2, this program reads 1; use/);
});

Deno.test("parseReport() names the field that breaks the schema and counts the others", () => {
  const broken = exampleReport();
  Object.assign(broken.rows[2], { rtfx: "fast" });
  assert.match(refusal(JSON.stringify(broken)), /: rows\[2\]\.rtfx: .*number.*; correct the field/);
  Object.assign(broken.environment, { cpu_cores: 0.5 });
  assert.match(refusal(JSON.stringify(broken)), /environment\.cpu_cores: .*\(and 1 more\)/);
  const infinite = JSON.stringify(exampleReport()).replace(/"rtfx":[\d.]+/, '"rtfx":null');
  assert.match(refusal(infinite), /rows\[0\]\.rtfx.*bench:scaling/);
  const kernels = JSON.stringify(exampleKernels()).replace(/"median":[\d.]+/, '"median":null');
  assert.match(refusal(kernels), /rows\[0\]\.seconds\.median.*bench:kernels/);
});

Deno.test("readReport() names a file that is not there", async () => {
  await assert.rejects(readReport("no/such/report.json"), (error) => {
    assert.ok(error instanceof InputError);
    assert.match(error.message, /^no\/such\/report\.json: no such file; give a report\.json or kernels\.json, or the/);
    return true;
  });
});

Deno.test("reportFile() finds the one report of a folder, and readReport() wants a scaling report", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assert.equal(await reportFile(folder), join(folder, "report.json"));
    await Deno.writeTextFile(join(folder, "kernels.json"), JSON.stringify(exampleKernels()));
    assert.equal(await reportFile(folder), join(folder, "kernels.json"));
    await assert.rejects(readReport(folder), /kind is "kernels"; give a report whose kind is "scaling"$/);
    await Deno.writeTextFile(join(folder, "report.json"), "");
    await assert.rejects(reportFile(folder), /holds report\.json and kernels\.json; give the one that you mean$/);
    assert.equal(await reportFile(join(folder, "report.json")), join(folder, "report.json"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
