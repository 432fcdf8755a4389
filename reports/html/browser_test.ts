import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { run } from "../report_command.ts";
import { captured, inTemporaryFolder } from "../testdata/commands.ts";
import { publishedFolders, writeReports } from "./testdata/pages.ts";

/** No dependency of the project: it is used where Deno's cache has it already, and fetched by nobody unasked. */
const PLAYWRIGHT = "npm:playwright-core@1.65.1";

const CHECKS = fileURLToPath(new URL("testdata/browser_checks.ts", import.meta.url));

Deno.test("the page answers in a real browser: pointer, keyboard, phone, paper, dark, and no request to anywhere", (t) =>
  inTemporaryFolder(async (folder) => {
    const html = join(folder, "page.html");
    const reports = [...await writeReports(folder), ...publishedFolders()];
    const made = await captured(() => run(["--html", html, ...reports, "--audio", join(folder, "audio"), "--claims"]));
    assert.equal(made.code, 0, made.err);
    const args = ["run", "--quiet", "--no-lock", "--no-config", "--cached-only", "--allow-all", CHECKS];
    const child = new Deno.Command("deno", { args: [...args, pathToFileURL(html).href, PLAYWRIGHT] });
    const { code, stdout, stderr } = await child.output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const { missing, checks } = JSON.parse(new TextDecoder().decode(stdout));
    if (missing !== undefined) {
      console.log(`skipped: ${t.name}: ${missing}`);
      return;
    }
    assert.ok(checks.length > 10);
    for (const { name, error } of checks) await t.step(name, () => assert.equal(error, null, error ?? ""));
  }));
