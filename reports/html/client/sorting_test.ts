import assert from "node:assert/strict";
import { leadingNumber, sortedOrder } from "./sorting.ts";

Deno.test("leadingNumber() reads what reports write, in seconds and bytes where a unit follows", () => {
  const cases: [string, number | null][] = [
    ["45.6 ms [45.1, 46.0] †", 0.0456],
    ["8.00 µs [7.8 – 8.1]", 8e-6],
    ["1.05 GiB", 1.05 * 2 ** 30],
    ["398 MiB", 398 * 2 ** 20],
    ["22.78 % [17.86, 28.30]", 22.78],
    ["-0.12 [-1, 2]", -0.12],
    ["20,688", 20688],
    ["0.62 [0.54, 0.69]", 0.62],
    ["10 speakers", 10],
    ["10, in 2 passes", 10],
    ["–", null],
    ["(608 ms predicted)", null],
    ["samba", null],
    ["", null],
  ];
  for (const [text, value] of cases) assert.equal(leadingNumber(text), value, text);
});

Deno.test("sortedOrder() sorts figures by what they are worth, in both directions, and keeps the rest last", () => {
  const times = ["1.23 s", "(5 s predicted)", "45.6 ms", "–", "900 µs"];
  assert.deepEqual(sortedOrder(times, false), [4, 2, 0, 1, 3]);
  assert.deepEqual(sortedOrder(times, true), [0, 2, 4, 1, 3]);
});

Deno.test("sortedOrder() sorts words by the alphabet, numbers in them by value, and leaves equal rows in their order", () => {
  assert.deepEqual(sortedOrder(["linear 16×5", "linear 8×5", "conv", ""], false), [2, 1, 0, 3]);
  assert.deepEqual(sortedOrder(["b", "a", "b", "a"], true), [0, 2, 1, 3]);
  assert.deepEqual(sortedOrder([], false), []);
});
