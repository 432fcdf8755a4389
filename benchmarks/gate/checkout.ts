import { join } from "node:path";
import { lastWords, runProgram } from "./program.ts";
import { UsageError } from "../harness/errors.ts";
import { printed } from "../harness/spawn.ts";
import type { GateVersion } from "../../reports/gate/schema.ts";

/** A version in a folder; a git ref's folder goes when this is disposed of. */
export interface Checkout extends AsyncDisposable {
  readonly root: string;
  readonly version: GateVersion;
}

/** The version that is in a folder already. Throws UsageError where it holds no checkout of this project. */
export async function folderVersion(option: string, folder: string, name = folder): Promise<Checkout> {
  const root = await Deno.realPath(folder).catch(() => {
    throw new UsageError(`${option} ${folder}: no such folder`);
  });
  for (const file of ["deno.json", "kernels/gpu/mod.ts"]) {
    if (!await isFile(join(root, file))) {
      throw new UsageError(`${option} ${folder}: holds no ${file}; give a checkout of this project`);
    }
  }
  const commit = await git(root, "rev-parse", "--verify", "HEAD");
  const changes = commit === null ? null : await git(root, "status", "--porcelain", "--", ".");
  return {
    root,
    version: { name, commit, dirty: changes === null ? null : changes !== "" },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * The version that `--against` names: a folder where there is one of that name, else a git ref of the repository at `root`,
 * whose files are written to a temporary folder (by an index of their own: the repository and its worktree stay as they
 * are). Throws UsageError, one line.
 */
export async function againstVersion(against: string, root: string): Promise<Checkout> {
  if (await Deno.stat(against).then(({ isDirectory }) => isDirectory, () => false)) {
    return await folderVersion("--against", against);
  }
  if (await git(root, "rev-parse", "--git-dir") === null) {
    throw new UsageError(`--against ${against}: ${root} is no git repository, and there is no folder of that name`);
  }
  const commit = against.startsWith("-")
    ? null
    : await git(root, "rev-parse", "--verify", "--quiet", `${against}^{commit}`);
  if (commit === null) {
    throw new UsageError(
      `--against ${against}: no such git ref, and no folder of that name; \`git fetch\` it, or name another ` +
        "(in a shallow clone a branch's history is missing: fetch-depth: 0)",
    );
  }
  return await checkOut(against, commit, root);
}

async function checkOut(name: string, commit: string, root: string): Promise<Checkout> {
  const folder = await Deno.makeTempDir({ prefix: "samba-gate-" });
  const remove = async (): Promise<void> => {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  };
  try {
    const tree = join(folder, "tree");
    await Deno.mkdir(tree);
    const index = { GIT_INDEX_FILE: join(folder, "index") };
    const top = await git(root, "rev-parse", "--show-toplevel") ?? root;
    const within = await git(root, "rev-parse", "--show-prefix") ?? "";
    for (const args of [["read-tree", commit], ["checkout-index", "--all", `--prefix=${tree}/`]]) {
      const ended = await runProgram("git", ["--no-optional-locks", "-C", top, ...args], index);
      if (ended.code !== 0) {
        throw new UsageError(`--against ${name}: git cannot write it to ${folder} (${lastWords(ended)})`);
      }
    }
    const { root: own } = await folderVersion(`--against ${name}:`, join(tree, within));
    return { root: own, version: { name, commit, dirty: false }, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What git prints, null where it fails or is missing. */
async function git(root: string, ...args: string[]): Promise<string | null> {
  return await printed("git", ["--no-optional-locks", "-C", root, ...args]);
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFile }) => isFile, () => false);
}
