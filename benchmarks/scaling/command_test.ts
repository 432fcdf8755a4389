import assert from "node:assert/strict";
import { findAdapter, isNvidia } from "./adapter.ts";
import { run } from "./command.ts";
import { fakeSurroundings, inFolder } from "./testdata/surroundings.ts";

/** Runs the command and gives its exit code with what it wrote by console. */
async function captured(args: string[]): Promise<{ code: number; out: string[]; errors: string[] }> {
  const { log, error } = console;
  const out: string[] = [];
  const errors: string[] = [];
  console.log = (text: string) => void out.push(text);
  console.error = (text: string) => void errors.push(text);
  try {
    return { code: await run(args), out, errors };
  } finally {
    console.log = log;
    console.error = error;
  }
}

Deno.test("run() prints its help", async () => {
  const { code, out, errors } = await captured(["--help"]);
  assert.equal(code, 0);
  assert.match(out.join("\n"), /^Usage: deno task bench:scaling/);
  for (const line of out.join("\n").split("\n")) assert.ok(line.length <= 125, line);
  assert.deepEqual(errors, []);
});

Deno.test("run() says what is wrong in one line and gives 3", async () => {
  const { code, out, errors } = await captured(["--minutes", "0"]);
  assert.equal(code, 3);
  assert.deepEqual(out, []);
  assert.equal(errors.length, 1);
  assert.match(errors[0], /^--minutes: "0" is no number from 0.01 \(0.6 s\) to 600$/);
});

Deno.test("run() refuses an output folder that cannot be written before it looks for an adapter", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const { code, errors } = await captured(["--out", `${folder}/file/results`]);
    assert.equal(code, 3);
    assert.equal(errors.length, 1);
    assert.match(errors[0], /file\/results: the folder cannot be written \(.*\); give another one$/);
  }));

Deno.test("run() resumes no run where there is none, and makes no folder for it", () =>
  inFolder(async (folder) => {
    const { code, errors } = await captured(["--resume", "--out", `${folder}/none`]);
    assert.deepEqual([code, errors], [3, [`no run in ${folder}/none to resume; begin one without --resume`]]);
    await assert.rejects(Deno.stat(`${folder}/none`), Deno.errors.NotFound);
  }));

Deno.test("findAdapter() says which implementation failed, in one line", async () => {
  const script = (name: string): string => new URL(`./testdata/${name}`, import.meta.url).href;
  const never = new AbortController().signal;
  for (
    const [program, message] of [
      ["no_adapter.ts", /^no WebGPU adapter: install .*, or use --gpu deno$/],
      ["fake_child.ts", /^looking for a WebGPU adapter failed: .*; run `deno task doctor`$/],
    ] as const
  ) {
    await assert.rejects(findAdapter(script(program), "dawn", never), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, "NotMeasuredError");
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("isNvidia() goes by the vendor's number or name, and not for software", () => {
  const { adapter } = fakeSurroundings();
  assert.equal(isNvidia(adapter), false);
  assert.equal(isNvidia({ ...adapter, isSoftware: false, vendor: "4318" }), true);
  assert.equal(isNvidia({ ...adapter, isSoftware: false, vendor: "nvidia" }), true);
  assert.equal(isNvidia({ ...adapter, isSoftware: false, vendor: "0x1002", device: "43180" }), false);
  assert.equal(isNvidia({ ...adapter, isSoftware: true, vendor: "4318" }), false);
});
