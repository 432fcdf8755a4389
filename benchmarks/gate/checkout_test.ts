import assert from "node:assert/strict";
import { againstVersion, folderVersion } from "./checkout.ts";
import { runProgram } from "./program.ts";

/** A repository with two commits of a file that a checkout of this project has, and a change that is not committed. */
async function repository(): Promise<string> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const git = async (...args: string[]): Promise<string> => {
    const identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    const { code, output, errors } = await runProgram("git", ["-C", root, ...identity, ...args], {});
    assert.equal(code, 0, errors);
    return output;
  };
  await Deno.mkdir(`${root}/kernels/gpu`, { recursive: true });
  await Deno.writeTextFile(`${root}/kernels/gpu/mod.ts`, "export const version = 1;\n");
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", ".");
  await git("commit", "--quiet", "-m", "no project yet");
  await git("tag", "empty");
  await Deno.writeTextFile(`${root}/deno.json`, "{}");
  await git("add", ".");
  await git("commit", "--quiet", "-m", "one");
  await Deno.writeTextFile(`${root}/kernels/gpu/mod.ts`, "export const version = 2;\n");
  return root;
}

/** What git says of a repository, which nothing may change. */
async function surroundings(root: string): Promise<string> {
  const { output } = await runProgram("git", ["-C", root, "status", "--porcelain", "--branch"], {});
  const { output: worktrees } = await runProgram("git", ["-C", root, "worktree", "list"], {});
  return `${output}\n${worktrees}`;
}

/** Runs `work` with a repository, and a folder for temporary files in which nothing else happens. */
async function withRepository(work: (root: string) => Promise<void>): Promise<void> {
  const [temporary, before] = [await Deno.makeTempDir(), Deno.env.get("TMPDIR")];
  const root = await repository();
  Deno.env.set("TMPDIR", temporary);
  try {
    await work(root);
    assert.deepEqual([...Deno.readDirSync(temporary)], []);
  } finally {
    if (before === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", before);
    for (const folder of [root, temporary]) await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("againstVersion() writes a ref's files to a folder that goes again, and leaves the repository as it is", () =>
  withRepository(async (root) => {
    const before = await surroundings(root);
    let folder = "";
    {
      await using version = await againstVersion("main", root);
      folder = version.root;
      assert.equal(await Deno.readTextFile(`${folder}/kernels/gpu/mod.ts`), "export const version = 1;\n");
      assert.equal(version.version.name, "main");
      assert.match(version.version.commit!, /^[0-9a-f]{40}$/);
      assert.equal(version.version.dirty, false);
    }
    await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
    assert.equal(await surroundings(root), before);
  }));

Deno.test("againstVersion() refuses in a line what is no ref, no folder, or no checkout, and leaves nothing behind", () =>
  withRepository(async (root) => {
    const before = await surroundings(root);
    for (const ref of ["nowhere", "-x", "HEAD~9", "--upload-pack=x"]) {
      await assert.rejects(againstVersion(ref, root), (error: Error) => {
        assert.equal(error.name, "UsageError");
        assert.match(
          error.message,
          new RegExp(`^--against ${ref}: no such git ref, and no folder of that name; [^\\n]+$`),
        );
        return true;
      });
    }
    await assert.rejects(againstVersion("empty", root), { name: "UsageError", message: /empty.*holds no deno.json/ });
    await assert.rejects(againstVersion(`${root}/kernels`, root), { message: /holds no deno.json; give a checkout/ });
    assert.equal(await surroundings(root), before);
    await Deno.remove(`${root}/.git`, { recursive: true });
    await assert.rejects(againstVersion("main", root), { message: /is no git repository/ });
  }));

Deno.test("folderVersion() records the commit, and that there are changes", () =>
  withRepository(async (root) => {
    await using version = await folderVersion("--candidate", root, "this version");
    assert.equal(version.version.dirty, true);
    assert.match(version.version.commit!, /^[0-9a-f]{40}$/);
    await assert.rejects(folderVersion("--candidate", `${root}/nowhere`), {
      message: /--candidate .*: no such folder/,
    });
  }));
