import assert from "node:assert/strict";
import { GATE_BENCHMARKS } from "./benchmarks.ts";
import { PROJECT_ROOT } from "../../harness/project.ts";
import { ask } from "../ask.ts";
import { BENCH_FILES } from "../../kernels/list.ts";
import type { SampleAnswer, SampleRequest } from "./protocol.ts";

Deno.test("child.ts measures every benchmark of this version, and says which it lacks", async () => {
  const names = GATE_BENCHMARKS.map(({ name }) => name);
  const request: SampleRequest = {
    root: PROJECT_ROOT,
    gpu: "deno",
    names,
    launches: { matmul: 10 },
    multiple: 10,
    samples: 2,
    plant: { match: "layer_norm", share: 0.5 },
  };
  const script = new URL("./child.ts", import.meta.url).href;
  const answer = await ask<SampleAnswer>(script, PROJECT_ROOT, request, "this", new AbortController().signal);
  assert.deepEqual(answer!.missing, {});
  assert.deepEqual(answer!.sampled.map(({ name }) => name), names);
  assert.equal(answer!.sampled[0].launches, 10);
  assert.ok(answer!.sampled.every(({ seconds }) => seconds.length === 2 && seconds.every((value) => value > 0)));
  assert.equal(answer!.clock, answer!.adapter.isSoftware ? "processor" : answer!.clock);
});

Deno.test("GATE_BENCHMARKS names kernels' benchmarks that are there, small ones for software adapters", () => {
  const all = BENCH_FILES.flatMap(({ benchmarks }) => benchmarks);
  for (const { name, software, gpu } of GATE_BENCHMARKS) {
    for (const work of [software, gpu]) {
      if (!("shape" in work)) continue;
      const found = all.find((benchmark) => benchmark.name === work.shape);
      assert.ok(found, `${name}: ${work.shape}`);
      assert.ok(work !== software || found.small, `${name}: ${work.shape} is not small`);
    }
  }
});
