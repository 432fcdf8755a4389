import assert from "node:assert/strict";
import { PROJECT_ROOT } from "../harness/project.ts";
import { parseGateOptions } from "./options.ts";

const FILE = `${PROJECT_ROOT}/.github/workflows/gate.yml`;

/** The `run:` lines of a workflow: each is one line, which is all that this understands. */
async function runLines(): Promise<string[]> {
  const text = await Deno.readTextFile(FILE);
  assert.doesNotMatch(text, /run: *[|>]/, "a step of several lines, which this test does not run");
  return [...text.matchAll(/^ +run: (.+)$/gm)].map(([, command]) => command);
}

Deno.test("gate.yml runs commands of this checkout with options that gate takes", async () => {
  const lines = await runLines();
  assert.equal(lines.length, 2);
  assert.equal(lines[0], "./denow --version");
  const [, options] = /^\.\/denow task gate (.+)$/.exec(lines[1])!;
  const words = options.replaceAll(/"\$\{\w+:-([^}]*)\}"/g, "$1").split(" ");
  const parsed = parseGateOptions(words)!;
  assert.equal(parsed.against, "origin/main");
  assert.equal(parsed.out, "gate");
  assert.equal(parsed.exact, true);
});

Deno.test("gate.yml fetches the whole history, gives no token more than reading, and names a branch", async () => {
  const text = await Deno.readTextFile(FILE);
  assert.match(text, /fetch-depth: 0/);
  assert.ok(text.includes("permissions:\n  contents: read\n"));
  assert.match(text, /GATE_AGAINST: origin\/\$\{\{ github\.base_ref \}\}/);
  assert.doesNotMatch(text, /\t/);
});
