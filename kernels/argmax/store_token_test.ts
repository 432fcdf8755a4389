import assert from "node:assert/strict";
import { gpuTest, TestRandom } from "../testing/mod.ts";
import { storeToken } from "./store_token.ts";

gpuTest("storeToken() writes columns until a sequence ends, then eos for ever", async (gpu) => {
  const [batch, time, eos] = [70, 9, 3];
  const random = new TestRandom(1);
  const tokens = gpu.tensor([batch, time], "u32");
  const expected = Array.from({ length: batch }, () => [] as number[]);
  for (let position = 0; position < time; position++) {
    const chosen = Uint32Array.from({ length: batch }, () => random.integer(8));
    storeToken(gpu, gpu.upload(chosen), tokens, position, eos);
    expected.forEach((row, b) => row.push(row.at(-1) === eos ? eos : chosen[b]));
  }
  const read = await gpu.read(tokens);
  assert.deepEqual([...read], expected.flat());
  assert.ok(expected.some((row) => row.at(-1) !== eos) && expected.some((row) => row[2] === eos), "both kinds occur");
});

gpuTest("storeToken() leaves other columns alone and refuses those that are not there", async (gpu) => {
  const tokens = gpu.upload(Uint32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  const token = gpu.upload(Uint32Array.of(8, 9));
  storeToken(gpu, token, tokens, 1, 4);
  assert.deepEqual([...await gpu.read(tokens)], [1, 8, 3, 4, 4, 6]);
  assert.throws(() => storeToken(gpu, token, tokens, 3, 4), /no column 3/);
});
