import assert from "node:assert/strict";
import { appendSummary } from "./summary.ts";

Deno.test("appendSummary() adds to what other steps have written, and says in a line where it cannot", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/summary.md`;
    await Deno.writeTextFile(file, "before\n");
    assert.equal(await appendSummary(file, "# Gate"), null);
    assert.equal(await Deno.readTextFile(file), "before\n# Gate\n");
    const said = await appendSummary(folder, "# Gate");
    assert.match(said!, /^GITHUB_STEP_SUMMARY: .* cannot be written \([^\n]+\); the report is not in the summary$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
