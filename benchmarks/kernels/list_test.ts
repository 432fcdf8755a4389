import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { BENCH_FILES } from "./list.ts";

const kernels = fileURLToPath(new URL("../../kernels", import.meta.url));

Deno.test("BENCH_FILES holds every kernels/<op>/<op>_bench.ts", async () => {
  const found: string[] = [];
  for await (const { name: folder, isDirectory } of Deno.readDir(kernels)) {
    if (!isDirectory) continue;
    for await (const { name } of Deno.readDir(`${kernels}/${folder}`)) {
      if (name.endsWith("_bench.ts")) found.push(`${folder}/${name}`);
    }
  }
  const listed = await Deno.readTextFile(new URL("./list.ts", import.meta.url));
  const missing = found.filter((file) => !listed.includes(`kernels/${file}"`));
  assert.deepEqual(missing, []);
  assert.equal(BENCH_FILES.length, found.length);
});

Deno.test("BENCH_FILES names each benchmark once, and each file has one that a software adapter can run", () => {
  const names = BENCH_FILES.flatMap(({ benchmarks }) => benchmarks.map(({ name }) => name));
  assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), []);
  for (const { benchmarks } of BENCH_FILES) {
    assert.ok(benchmarks.some(({ small }) => small), benchmarks[0].name);
  }
});
