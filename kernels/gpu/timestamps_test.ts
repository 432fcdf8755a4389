import assert from "node:assert/strict";
import { gpuTest } from "../testing/mod.ts";
import { kernel, write } from "./kernel.ts";
import { DISPATCHES_PER_SUBMIT } from "./params.ts";
import { fill } from "./test_kernels.ts";

/** Takes a while, in proportion to `rounds`. */
const spin = kernel(
  "spin",
  { rounds: "u32" },
  { y: write() },
  `@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  var v = y[id.x];
  for (var i = 0u; i < params.rounds; i++) { v = fract(v * 1.37 + 0.11); }
  y[id.x] = v;
}`,
);

gpuTest("Gpu.stageSeconds() tells the time of each stage, in order, once", async (gpu) => {
  const y = gpu.zeros([64]);
  await gpu.stageSeconds();
  const dispatch = (rounds: number) => gpu.dispatch(spin, { y }, { rounds }, [1]);
  dispatch(1); // compiles; of no stage
  gpu.stage("short", () => dispatch(1000));
  dispatch(400_000); // of no stage either
  gpu.stage("long", () => dispatch(400_000));
  gpu.stage("empty", () => undefined);
  const seconds = await gpu.stageSeconds();
  if (!gpu.features.timestamps) return assert.equal(seconds.size, 0);
  assert.deepEqual([...seconds.keys()], ["short", "long"]);
  assert.ok(seconds.get("long")! > 3 * seconds.get("short")!, JSON.stringify([...seconds]));
  assert.equal((await gpu.stageSeconds()).size, 0);
});

gpuTest("Gpu.stage() sums over its passes and over its repetitions", async (gpu) => {
  if (!gpu.features.timestamps) return;
  const y = gpu.zeros([64]);
  const dispatch = () => gpu.dispatch(spin, { y }, { rounds: 200_000 }, [1]);
  for (let i = 0; i < 4; i++) gpu.stage(`once ${i}`, dispatch);
  gpu.stage("eight", () => {
    for (let i = 0; i < 4; i++) {
      dispatch();
      gpu.clear(y); // ends the pass
    }
  });
  for (let i = 0; i < 4; i++) gpu.stage("eight", dispatch);
  const seconds = await gpu.stageSeconds();
  const once = Math.min(...[0, 1, 2, 3].map((i) => seconds.get(`once ${i}`)!));
  const ratio = seconds.get("eight")! / once;
  assert.ok(ratio > 4, `eight passes took ${ratio} times as long as one`);
});

gpuTest("Gpu.stage() goes on over the submits that a long stage needs", async (gpu) => {
  const y = gpu.zeros([1]);
  const count = DISPATCHES_PER_SUBMIT + 1;
  await gpu.stageSeconds();
  gpu.stage("many", () => {
    for (let i = 0; i < count; i++) gpu.dispatch(fill, { y }, { count: 1, value: i }, [1]);
  });
  assert.deepEqual([...(await gpu.stageSeconds()).keys()], gpu.features.timestamps ? ["many"] : []);
  assert.equal((await gpu.read(y))[0], count - 1);
});

gpuTest("Gpu.stage() times more passes than one query set holds", async (gpu) => {
  if (!gpu.features.timestamps) return;
  const y = gpu.zeros([64]);
  await gpu.stageSeconds();
  const passes = (name: string, count: number) =>
    gpu.stage(name, () => {
      for (let i = 0; i < count; i++) {
        gpu.dispatch(spin, { y }, { rounds: 1 }, [1]);
        gpu.clear(y);
      }
    });
  passes("filling", 2050);
  gpu.stage("after", () => gpu.dispatch(spin, { y }, { rounds: 200_000 }, [1]));
  const seconds = await gpu.stageSeconds();
  assert.ok(seconds.get("after")! > 0);
  assert.ok(seconds.get("filling")! > 0);
});

gpuTest("Gpu.stage() does not nest, and a stage that throws is over", (gpu) => {
  assert.throws(
    () => gpu.stage("outer", () => gpu.stage("inner", () => undefined)),
    /stage inner begins inside stage outer/,
  );
  assert.equal(gpu.stage("outer", () => 7), 7);
});
