import assert from "node:assert/strict";
import { digestOf, locate } from "./locate.ts";

const items = (n: number): string[] => Array.from({ length: n }, (_, i) => `item ${i}`);

Deno.test("locate() finds nothing in the items that a digest was taken of", () => {
  for (const n of [0, 1, 2, 3, 7, 8, 9, 100]) {
    assert.deepEqual(locate(digestOf(items(n)), items(n)), { changed: "nothing" });
  }
});

Deno.test("locate() tells which one item was changed, wherever it stands", () => {
  for (const n of [1, 2, 3, 7, 8, 9, 65]) {
    const stated = digestOf(items(n));
    for (let index = 0; index < n; index++) {
      assert.deepEqual(locate(stated, items(n).with(index, "other")), { changed: "item", index });
    }
  }
});

Deno.test("locate() tells several from one, also where they came, went or changed places", () => {
  const all = items(20);
  const stated = digestOf(all);
  for (let i = 0; i < 20; i++) {
    for (let j = i + 1; j < 20; j++) {
      assert.deepEqual(locate(stated, all.with(i, "x").with(j, "y")), { changed: "several" });
      assert.deepEqual(locate(stated, all.with(i, all[j]).with(j, all[i])), { changed: "several" });
    }
  }
  assert.deepEqual(locate(stated, all.slice(1)), { changed: "several" });
  assert.deepEqual(locate(stated, [...all, "x"]), { changed: "several" });
  assert.deepEqual(locate(stated, items(40)), { changed: "several" });
});

Deno.test("locate() tells a digest that was changed itself", () => {
  const all = items(20);
  const stated = digestOf(all);
  const of = (change: Partial<typeof stated>) => locate({ ...stated, ...change }, all);
  assert.deepEqual(of({ of: 21 }), { changed: "digest", part: "of" });
  assert.deepEqual(of({ sha256: "0".repeat(64) }), { changed: "digest", part: "sha256" });
  const halves = stated.halves.with(2, ["0".repeat(16), stated.halves[2][1]]);
  assert.deepEqual(of({ halves }), { changed: "digest", part: "halves[2]" });
  assert.deepEqual(of({ halves: [...stated.halves, stated.halves[0]] }), { changed: "digest", part: "halves.length" });
});
