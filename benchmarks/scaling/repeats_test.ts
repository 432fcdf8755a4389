import assert from "node:assert/strict";
import { repeatWithin } from "./repeats.ts";

async function made(warmups: number, repeats: number, budgetSeconds: number, milliseconds = 0): Promise<string> {
  const order: string[] = [];
  let count = 0;
  await repeatWithin(
    { warmups, repeats, budgetSeconds },
    async () => {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return ++count;
    },
    (n) => order.push(`w${n}`),
    (n) => Promise.resolve(void order.push(`r${n}`)),
  );
  return order.join(" ");
}

Deno.test("repeatWithin() warms up, then repeats, and hands each on in its turn", async () => {
  assert.equal(await made(2, 3, 60), "w1 w2 r3 r4 r5");
  assert.equal(await made(0, 1, 60), "r1");
});

Deno.test("repeatWithin() makes the first of either whatever the budget, and no other that it would not hold", async () => {
  assert.equal(await made(3, 3, 0.001, 5), "w1 r2");
});
