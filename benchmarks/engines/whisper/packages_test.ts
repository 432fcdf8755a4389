import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { inFolder } from "../../../datasets/download/testing.ts";
import { CONFIG, fetchPackages } from "./packages.ts";

Deno.test("fetchPackages() says in one line what hinders it and what to do where there is no network", async () => {
  await inFolder(async (folder) => {
    const notices: string[] = [];
    // A cache that is empty, and a registry that nobody serves.
    const env = { DENO_DIR: folder, NPM_CONFIG_REGISTRY: "http://127.0.0.1:1" };
    await assert.rejects(fetchPackages((line) => notices.push(line), env), {
      name: "NotMeasuredError",
      message:
        /^whisper: its packages cannot be fetched \(error sending request for url \(http:\/\/127\.0\.0\.1:1\/[^\n]+\); connect to the network once[^\n]+$/,
    });
  });
});

Deno.test("the Whisper process has a lock file that holds the versions which its configuration names", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(CONFIG));
  const lock = JSON.parse(await Deno.readTextFile(join(dirname(CONFIG), "deno.lock")));
  assert.deepEqual(Object.keys(lock.specifiers), Object.values(imports), "run deno cache --frozen=false there");
  for (const specifier of Object.values<string>(imports)) {
    assert.ok(lock.npm[specifier.replace(/^npm:/, "")]?.integrity, `${specifier} is not pinned to one version`);
  }
});
