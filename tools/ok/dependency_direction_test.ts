import assert from "node:assert/strict";
import { cycles, impurities, wrongDirections } from "./rules.ts";
import { importsOf, type Source, sources } from "./sources.ts";

function source(path: string, text: string): Source {
  return { path, text, imports: importsOf(path, text) };
}

Deno.test("every import goes in the direction of dependency", async () => {
  assert.deepEqual(wrongDirections(await sources()), []);
});

Deno.test("no files import one another in a circle", async () => {
  assert.deepEqual(cycles(await sources()), []);
});

Deno.test("statistics and scoring are pure functions", async () => {
  assert.deepEqual(impurities(await sources()), []);
});

Deno.test("wrongDirections() finds an import against the direction, also of types", () => {
  const planted = [
    source("kernels/norm/norm.ts", `import type { Config } from "../../model/config.ts";`),
    source("kernels/gpu/gpu.ts", `import { matmul } from "../matmul/mod.ts";`),
    source("reports/markdown.ts", `import { openGpu } from "../kernels/gpu/mod.ts";`),
    source("reports/eval_derive.ts", `import { score } from "../benchmarks/scoring/score.ts";`),
    source("reports/verify.ts", `import { printed } from "../benchmarks/harness/spawn.ts";`),
    source("model/losses.ts", `import { score } from "../benchmarks/scoring/score.ts";`),
    source("model/samba.ts", `import { main } from "../cli.ts";`),
    source("attic/old.ts", ``),
    source("benchmarks/eval/command.ts", `import { samba } from "../../model/samba.ts";`),
  ];
  assert.deepEqual(wrongDirections(planted), [
    "kernels/norm/norm.ts imports ../../model/config.ts: kernels may not know model",
    "kernels/gpu/gpu.ts imports ../matmul/mod.ts: the device may not know the kernels that run on it",
    "reports/markdown.ts imports ../kernels/gpu/mod.ts: reports may not know kernels",
    "reports/verify.ts imports ../benchmarks/harness/spawn.ts: reports may not know benchmarks",
    "model/losses.ts imports ../benchmarks/scoring/score.ts: model may not know benchmarks",
    "model/samba.ts imports ../cli.ts: model may not know the top level",
    "attic/old.ts: the room attic is not in tools/ok/rules.ts",
  ]);
});

Deno.test("cycles() finds a circle, and none where only types close it", () => {
  const circle = [
    source("a.ts", `import { b } from "./b.ts";`),
    source("b.ts", `import { c } from "./c.ts";`),
    source("c.ts", `import { a } from "./a.ts";`),
  ];
  assert.deepEqual(cycles(circle), ["a.ts → b.ts → c.ts → a.ts"]);
  const types = [circle[0], circle[1], source("c.ts", `import type { A } from "./a.ts";`)];
  assert.deepEqual(cycles(types), []);
});

Deno.test("impurities() finds what reads the system where only functions may be", () => {
  const planted = [
    source("reports/statistics/mean.ts", `export const now = performance.now();\nconst x = Deno.args;`),
    source("reports/write.ts", `await Deno.writeTextFile("x", "y");`),
  ];
  assert.deepEqual(impurities(planted).map((line) => line.split(":")[1]), ["1", "2"]);
  const imports = [
    source("benchmarks/scoring/a.ts", `import { median } from "../../reports/statistics/quantile.ts";`),
    source("benchmarks/scoring/b.ts", `import type { Report } from "../../reports/read.ts";\nimport z from "zod";`),
    source("benchmarks/scoring/c.ts", `import { printed } from "../harness/spawn.ts";`),
    source("benchmarks/scoring/c_test.ts", `import { printed } from "../harness/spawn.ts";`),
  ];
  assert.deepEqual(impurities(imports), [
    "benchmarks/scoring/c.ts imports ../harness/spawn.ts, which is not pure",
  ]);
});
