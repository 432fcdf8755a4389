import assert from "node:assert/strict";
import { join } from "node:path";
import { openAppender } from "./append.ts";

Deno.test("openAppender() adds to what a file holds, whole and at once, of any length", async () => {
  const folder = await Deno.makeTempDir({ prefix: "samba-append-" });
  try {
    const path = join(folder, "lines");
    await Deno.writeTextFile(path, "one\n");
    const long = "ü".repeat(300_000) + "\n";
    const file = await openAppender(path);
    file.append("two\n");
    file.append(long);
    assert.equal(await Deno.readTextFile(path), `one\ntwo\n${long}`);
    file.close();
    await assert.rejects(openAppender(join(folder, "none")), Deno.errors.NotFound);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
