import assert from "node:assert/strict";
import { commandLine, describeMachine, packageVersions } from "./environment.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

Deno.test("packageVersions() reads settled versions from the lock file, without those of peers", () => {
  const configuration = JSON.stringify({ imports: { a: "npm:a@^1", b: "npm:b@2", local: "./b.ts" } });
  const lock = JSON.stringify({ specifiers: { "npm:a@^1": "1.2.3", "npm:b@2": "2.0.0_a@1.2.3", "npm:c@1": "1.0.0" } });
  assert.deepEqual(packageVersions(configuration, lock), { a: "1.2.3", b: "2.0.0" });
});

Deno.test("commandLine() quotes what a shell would take apart", () => {
  assert.equal(
    commandLine("deno task x", ["--out", "my results", "--minutes=5,10", "it's", ""], { SAMBA_DATA: "/a b" }),
    "SAMBA_DATA='/a b' deno task x --out 'my results' --minutes=5,10 'it'\\''s' ''",
  );
});

Deno.test("describeMachine() tells commit and changes by git, and null without it", async () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  for (
    const [head, changes, expected] of [
      [commit, "", [commit, false]],
      [commit, " M mod.ts", [commit, true]],
      [commit, null, [commit, null]],
      [null, "", [null, null]],
      ["fatal: no commit", "", [null, null]],
    ] as const
  ) {
    const machine = await describeMachine(
      ROOT,
      (_, args) => Promise.resolve(args.includes("rev-parse") ? head : changes),
    );
    assert.deepEqual([machine.git_commit, machine.git_dirty], expected);
    assert.ok(machine.memory_bytes > 2 ** 20 && machine.cpu_cores >= 1);
    assert.match(machine.cpu, /\S/);
    assert.equal(machine.deno, Deno.version.deno);
    assert.match(machine.packages.zod, /^\d+\.\d+\.\d+$/);
  }
});
