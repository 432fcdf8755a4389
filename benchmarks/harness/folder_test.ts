import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "./errors.ts";
import { makeFolder } from "./folder.ts";

Deno.test("makeFolder() makes nested folders and refuses a path below a file", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    assert.equal(await makeFolder(join(folder, "a/b")), join(folder, "a/b"));
    assert.deepEqual([...Deno.readDirSync(join(folder, "a/b"))], []);
    await Deno.writeTextFile(join(folder, "file"), "");
    const outs = [join(folder, "file"), join(folder, "file/below"), ...(Deno.build.os === "linux" ? ["/proc/x"] : [])];
    for (const out of outs) {
      await assert.rejects(makeFolder(out), (error) => {
        assert.ok(error instanceof UsageError);
        assert.ok(!error.message.includes("--allow"), error.message);
        assert.ok(error.message.startsWith(`--out ${out}: the folder cannot be written (`), error.message);
        return true;
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
