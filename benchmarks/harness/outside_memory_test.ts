import assert from "node:assert/strict";
import { watchPeak } from "./outside_memory.ts";

/** A sampler that goes through `values`, and then stays at the last. */
function sampler(values: readonly (number | null)[]): { sample: () => Promise<number | null>; used: Promise<void> } {
  let at = 0;
  let finish = (): void => {};
  const used = new Promise<void>((resolve) => finish = resolve);
  const sample = (): Promise<number | null> => {
    const value = values[Math.min(at++, values.length - 1)];
    if (at >= values.length) finish();
    return Promise.resolve(value);
  };
  return { sample, used };
}

for (
  const [what, values, expected] of [
    ["the peak over the baseline", [100, 150, 400, 120], 300],
    ["a baseline that falls when an earlier process is gone", [200, 100, 350], 250],
    ["nothing where memory never rose", [100, 100], 0],
    ["figures between looks that failed", [null, 100, null, 160, null], 60],
    ["null where no look succeeded", [null, null], null],
  ] as const
) {
  Deno.test(`watchPeak() gives ${what}`, async () => {
    const { sample, used } = sampler(values);
    const watch = await watchPeak(sample, 0);
    await used;
    assert.equal(await watch.stop(), expected);
  });
}

Deno.test("watchPeak() stops at once, however long its pauses", async () => {
  const watch = await watchPeak(() => Promise.resolve(5), 60_000);
  const start = performance.now();
  assert.equal(await watch.stop(), 0);
  assert.ok(performance.now() - start < 5_000);
});
