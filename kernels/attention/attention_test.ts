import assert from "node:assert/strict";
import { columns, type Gpu, GpuError, type Tensor } from "../gpu/mod.ts";
import { lengths } from "../lengths.ts";
import { assertTensor, gpuTest } from "../testing/mod.ts";
import { attention, type AttentionForm, type AttentionMask } from "./attention.ts";
import { type AttentionCase, attentionCase } from "./attention_test_case.ts";
import { flashAttention } from "./flash.ts";
import type { FlashTile } from "./flash_tile.ts";
import { naiveAttention } from "./naive.ts";
import { problem } from "./problem.ts";

const FLASH: AttentionForm = { kind: "flash" };
const NAIVE: AttentionForm = { kind: "naive" };

async function check(gpu: Gpu, c: AttentionCase, forms: readonly AttentionForm[], seed: number, tolerance = 2e-6) {
  const { expected, inputs, mask, heads } = attentionCase(gpu, c, seed);
  for (const form of forms) {
    await assertTensor(gpu, attention(gpu, form, inputs, heads, mask), expected, tolerance, form.kind);
  }
}

for (
  const [queries, keys] of [[1, 1], [1, 200], [2, 3], [8, 64], [9, 65], [31, 63], [32, 64], [33, 67], [67, 127], [
    131,
    2,
  ]]
) {
  gpuTest(`attention() equals its reference for ${queries} queries and ${keys} keys`, async (gpu) => {
    await check(gpu, { queries, keys, heads: 2 }, [FLASH, NAIVE], queries * 1000 + keys);
  });
}

for (const headSize of [4, 20, 64, 80]) {
  gpuTest(`attention() equals its reference for heads of ${headSize}`, async (gpu) => {
    await check(gpu, { queries: 37, keys: 41, heads: 2, headSize }, [FLASH, NAIVE], headSize);
    await check(gpu, { queries: 3, keys: 41, heads: 2, headSize }, [FLASH], headSize + 1);
  });
}

for (
  const [queryLengths, keyLengths] of [[[33, 0, 7], [35, 35, 35]], [[33, 33, 33], [0, 1, 34]], [[1, 20, 0], [
    35,
    13,
    0,
  ]]]
) {
  gpuTest(`attention() ignores padding when queries are ${queryLengths} and keys ${keyLengths} long`, async (gpu) => {
    await check(gpu, { queries: 33, keys: 35, batch: 3, heads: 2, queryLengths, keyLengths }, [FLASH, NAIVE], 7);
  });
}

for (const [queries, keys, queryOffset] of [[70, 70, 0], [5, 90, 71], [1, 40, 17], [40, 90, 30], [40, 20, 0]]) {
  gpuTest(
    `attention() is causal when ${queries} queries from position ${queryOffset} meet ${keys} keys`,
    async (gpu) => {
      await check(gpu, { queries, keys, queryOffset, causal: true }, [FLASH, NAIVE], queries + keys);
      await check(
        gpu,
        { queries, keys, queryOffset, causal: true, batch: 2, queryLengths: [queries, 1], keyLengths: [keys - 3, 11] },
        [FLASH, NAIVE],
        queries * keys,
      );
    },
  );
}

for (const [left, right] of [[0, 0], [3, 0], [0, 5], [40, 7], [64, 64]]) {
  gpuTest(`attention() sees ${left} keys back and ${right} ahead through that window`, async (gpu) => {
    const window: AttentionForm = { kind: "window", left, right };
    await check(gpu, { queries: 131, keys: 131, window: [left, right] }, [window], left * 100 + right);
    await check(
      gpu,
      { queries: 70, keys: 70, window: [left, right], batch: 2, queryLengths: [70, 13], keyLengths: [51, 13] },
      [window],
      left + right,
    );
    await check(gpu, { queries: 33, keys: 90, queryOffset: 40, window: [left, right] }, [window], left);
    await check(gpu, { queries: 33, keys: 33, causal: true, window: [left, right] }, [window], right);
  });
}

gpuTest("attention() through a window wider than the audio is flash attention", async (gpu) => {
  const { expected, inputs, heads } = attentionCase(gpu, { queries: 50, keys: 50 }, 3);
  const window: AttentionForm = { kind: "window", left: 10 ** 12, right: 10 ** 12 };
  await assertTensor(gpu, attention(gpu, window, inputs, heads), expected);
});

gpuTest("attention() equals its reference when a row of scores is longer than registers", async (gpu) => {
  // The mean of so many values is near zero, so rounding weighs more; one key missed would still be off by 1e-2.
  await check(gpu, { queries: 1, keys: 5003, headSize: 4 }, [FLASH, NAIVE], 51, 5e-5);
  await check(gpu, { queries: 1, keys: 65541, headSize: 4 }, [FLASH, NAIVE], 52, 5e-5);
});

gpuTest("attention() does not overflow when scores deviate by 100", async (gpu) => {
  // A score of some hundreds is rounded to 1e-5, and its exponential by as much.
  await check(gpu, { queries: 40, keys: 70, heads: 2, deviation: 10 }, [FLASH, NAIVE], 11, 4e-5);
  await check(gpu, { queries: 2, keys: 70, heads: 2, deviation: 10 }, [FLASH, NAIVE], 12, 4e-5);
});

gpuTest("attention() reads columns of one packed projection", async (gpu) => {
  const { expected, host, width, heads } = attentionCase(gpu, { queries: 45, keys: 45, batch: 2, heads: 3 }, 5);
  const packed = new Float32Array(2 * 45 * 3 * width).map((_, i) => {
    const [row, column] = [Math.floor(i / (3 * width)), i % (3 * width)];
    return [host.q, host.k, host.v][Math.floor(column / width)][row * width + column % width];
  });
  const qkv = gpu.upload(packed, [2, 45, 3 * width]);
  const [q, k, v] = [0, 1, 2].map((i) => columns(qkv, i * width, width));
  for (const form of [FLASH, NAIVE]) await assertTensor(gpu, attention(gpu, form, { q, k, v }, heads), expected);
});

const TILES: readonly FlashTile[] = [
  { queries: 64, rows: 8, lanes: 8, keys: 8, depth: 16, chunk: 16, unroll: 16, prefetch: false },
  { queries: 32, rows: 8, lanes: 8, keys: 8, depth: 16, chunk: 32, unroll: 8, prefetch: true },
  { queries: 16, rows: 4, lanes: 16, keys: 8, depth: 16, chunk: 32, unroll: 16, prefetch: true },
  { queries: 128, rows: 4, lanes: 8, keys: 8, depth: 32, chunk: 32, unroll: 8, prefetch: true },
];
for (const [i, parts] of [[0, 1], [1, 1], [1, 3], [2, 1], [3, 2]]) {
  gpuTest(`flashAttention() works with ${JSON.stringify(TILES[i])} in ${parts} parts`, async (gpu) => {
    const c: AttentionCase = {
      queries: 70,
      keys: 150,
      heads: 2,
      headSize: 32,
      batch: 2,
      keyLengths: [150, 9],
      queryLengths: [5, 69],
    };
    const { expected, inputs, mask, heads } = attentionCase(gpu, c, parts);
    const out: Tensor = flashAttention(gpu, problem(inputs, heads, mask, undefined), TILES[i], parts);
    await assertTensor(gpu, out, expected);
  });
}

gpuTest("flashAttention() combines parts of a causal and a windowed mask", async (gpu) => {
  for (const window of [undefined, [20, 30] as const]) {
    const { expected, inputs, mask, heads } = attentionCase(
      gpu,
      { queries: 70, keys: 90, causal: !window, window },
      21,
    );
    const p = problem(inputs, heads, mask, window && { left: window[0], right: window[1] });
    await assertTensor(gpu, flashAttention(gpu, p, TILES[1], 4), expected);
  }
});

gpuTest("naiveAttention() goes over groups of heads when scores fill the binding limit", async (gpu) => {
  const c: AttentionCase = { queries: 20, keys: 30, batch: 2, heads: 3, keyLengths: [30, 17], queryLengths: [20, 4] };
  const { expected, inputs, mask, heads } = attentionCase(gpu, c, 31);
  const p = problem(inputs, heads, mask, undefined);
  for (const headsThatFit of [1, 2, 4]) {
    const out = naiveAttention(gpu, p, undefined, headsThatFit * 20 * 32 * 4);
    await assertTensor(gpu, out, expected);
  }
});

gpuTest("naiveAttention() equals its reference with the tile of a GPU", async (gpu) => {
  const { expected, inputs, heads } = attentionCase(gpu, { queries: 130, keys: 135, headSize: 20 }, 41);
  const p = problem(inputs, heads, {}, undefined);
  await assertTensor(gpu, naiveAttention(gpu, p, { queries: 64, rows: 8 }), expected);
});

gpuTest("attention() says what to do when a head's scores pass the binding limit", async (gpu) => {
  const rows = Math.ceil(Math.sqrt(gpu.limits.maxStorageBufferBindingSize / 4)) + 4;
  using scope = gpu.scope();
  const x = gpu.tensor([1, rows, 4]);
  const run = () => attention(gpu, NAIVE, { q: x, k: x, v: x }, 1);
  assert.throws(
    run,
    (e) => e instanceof GpuError && e.failure === "over-limit" && /binds at most.*shorter/.test(e.message),
  );
  scope[Symbol.dispose]();
  await gpu.idle();
});

gpuTest("attention() names the input that does not fit", async (gpu) => {
  const x = gpu.tensor([1, 4, 12]);
  const y = gpu.tensor([1, 5, 12]);
  const odd = gpu.tensor([1, 4, 6]);
  const run = (inputs: Parameters<typeof attention>[2], heads: number, mask: AttentionMask = {}) => () =>
    attention(gpu, FLASH, inputs, heads, mask);
  assert.throws(run({ q: x, k: x, v: y }, 3), /v f32 \[1, 5, 12\] disagree/);
  assert.throws(run({ q: x, k: x, v: x }, 2), /12 columns over 2 heads/);
  assert.throws(run({ q: odd, k: odd, v: odd }, 1), /q starts at column 0 of 6/);
  assert.throws(run({ q: x, k: x, v: x }, 3, { queryOffset: -1 }), /queryOffset must be a whole number/);
  assert.throws(run({ q: x, k: x, v: x }, 3, { keyLengths: lengths(gpu, [1, 2], 4) }), /keyLengths holds 2 lengths/);
  await gpu.idle();
});
