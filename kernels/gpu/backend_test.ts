import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

/** Whether what `backend("dawn")` gave outlives a garbage collection, in a process that may load native code. */
const SCRIPT = `
  import { backend } from ${JSON.stringify(import.meta.resolve("./backend.ts"))};
  const dawn = new WeakRef(await backend("dawn"));
  await new Promise((resolve) => setTimeout(resolve, 0)); // a WeakRef holds its object until the job that made it ends
  globalThis.gc();
  console.log(dawn.deref() ? "kept" : "collected");`;

async function runScript(): Promise<{ said: string; problem: string }> {
  const child = new Deno.Command("deno", {
    args: ["run", "--quiet", "--no-prompt", "--allow-ffi", "--v8-flags=--expose-gc", "-"],
    cwd: fileURLToPath(new URL(".", import.meta.url)), // where the import map is looked for
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(SCRIPT));
  await input.close();
  const { stdout, stderr } = await child.output();
  const [said, problem] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  return { said, problem };
}

const { said, problem } = await runScript();
const name = 'backend("dawn") stays alive while only its devices are held';
const unavailable = problem.match(/GpuError: (Dawn does not load.*)/)?.[1];
if (unavailable) console.log(`skipped: ${name}: ${unavailable}`);

Deno.test({
  name,
  ignore: unavailable !== undefined,
  fn() {
    assert.equal(said, "kept", problem);
  },
});
