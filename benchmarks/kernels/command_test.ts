import assert from "node:assert/strict";
import { join } from "node:path";
import { openGpu } from "../../kernels/gpu/mod.ts";
import { readAnyReport } from "../../reports/read.ts";
import { verifyFile } from "../../reports/verify_file.ts";
import { EXIT, UsageError } from "../harness/errors.ts";
import { run } from "./command.ts";
import { BENCH_FILES } from "./list.ts";

async function quietly(command: () => Promise<number>): Promise<number> {
  const { log } = console;
  console.log = () => {};
  try {
    return await command();
  } finally {
    console.log = log;
  }
}

async function adapter(): Promise<{ timestamps: boolean; isSoftware: boolean }> {
  using gpu = await openGpu();
  return { timestamps: gpu.features.timestamps, isSoftware: gpu.adapter.isSoftware };
}

Deno.test("run() writes a report and its Markdown that verify finds nothing in", async () => {
  if (!(await adapter()).timestamps) return;
  const folder = await Deno.makeTempDir();
  try {
    const out = join(folder, "new");
    assert.equal(await quietly(() => run(["--only", "argmax", "--samples", "2", "--out", out])), EXIT.done);
    assert.deepEqual([...Deno.readDirSync(out)].map(({ name }) => name).sort(), ["kernels.json", "kernels.md"]);
    const report = await readAnyReport(out);
    assert.equal(report.kind, "kernels");
    assert.equal(report.environment.command, `deno task bench:kernels --only argmax --samples 2 --out ${out}`);
    const { differences, markdown } = await verifyFile(out);
    assert.deepEqual(differences, []);
    assert.ok(markdown !== null);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("run() answers that nothing was measured when a software adapter leaves all that was chosen out", async () => {
  const { timestamps, isSoftware } = await adapter();
  if (!timestamps || !isSoftware) return;
  const large = BENCH_FILES.flatMap(({ benchmarks }) => benchmarks).find(({ small }) => !small)!;
  assert.equal(await quietly(() => run(["--only", large.name, "--samples", "1"])), EXIT.notMeasured);
});

Deno.test("run() refuses names that no benchmark has, before it measures anything", async () => {
  await assert.rejects(run(["--only", "fft"]), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /^--only: no benchmark's name contains "fft"; they begin with .*matmul, /);
    return true;
  });
});
