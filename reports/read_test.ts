import assert from "node:assert/strict";
import { InputError } from "./errors.ts";
import { exampleReport } from "./example_report.ts";
import { parseReport, readReport } from "./read.ts";

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
  const report = exampleReport();
  assert.deepEqual(parseReport(JSON.stringify(report), "report.json"), report);
});

Deno.test("parseReport() says what is wrong with a file that is no report, and what to do", () => {
  assert.match(refusal(""), /empty; measure again/);
  assert.match(refusal(" \n"), /empty/);
  assert.match(refusal('{"kind": "sc'), /not JSON \(.*\); measure again/);
  assert.match(refusal("[]"), /kind is missing; give a report whose kind is "scaling"/);
  assert.match(refusal("null"), /kind is missing/);
  assert.match(refusal('{"kind": "accuracy"}'), /kind is "accuracy"/);
  assert.match(refusal('{"kind": "scaling", "schema_version": 1}'), /schema_version is 1, this program reads 2; use/);
});

Deno.test("parseReport() names the field that breaks the schema and counts the others", () => {
  const broken = exampleReport();
  Object.assign(broken.rows[2], { rtfx: "fast" });
  assert.match(refusal(JSON.stringify(broken)), /: rows\[2\]\.rtfx: .*number.*; correct the field/);
  Object.assign(broken.environment, { cpu_cores: 0.5 });
  assert.match(refusal(JSON.stringify(broken)), /environment\.cpu_cores: .*\(and 1 more\)/);
  const infinite = JSON.stringify(exampleReport()).replace(/"rtfx":[\d.]+/, '"rtfx":null');
  assert.match(refusal(infinite), /rows\[0\]\.rtfx/);
});

Deno.test("readReport() names a file that is not there", async () => {
  await assert.rejects(readReport("no/such/report.json"), (error) => {
    assert.ok(error instanceof InputError);
    assert.match(error.message, /^no\/such\/report\.json: no such file; give a report\.json or the folder/);
    return true;
  });
});
