import assert from "node:assert/strict";
import { align } from "./alignment.ts";
import { countsOf, errorsIn } from "./counts.ts";
import { editDistance } from "./distance.ts";
import { randomWords } from "./testing.ts";

Deno.test("editDistance() equals the errors of an alignment around the edges of its 32 bits", () => {
  const draw = randomWords(5, "abcde");
  for (const length of [0, 1, 2, 31, 32, 33, 63, 64, 65, 97, 200]) {
    for (let i = 0; i < 12; i++) {
      const all = draw(4 * length + 4);
      const a = [...all, ...new Array<string>(length).fill("e")].slice(0, length);
      const b = i % 2 === 0 ? draw(2 * length + 3) : a.filter((_, at) => at % 7 !== i % 7);
      assert.equal(editDistance(a, b), errorsIn(countsOf(align(a, b))), `${a.join("")} | ${b.join("")}`);
      assert.equal(editDistance(b, a), editDistance(a, b));
    }
  }
});

Deno.test("editDistance() takes the characters of half an hour of speech", () => {
  const text = Array.from({ length: 30_000 }, (_, i) => "abcdefghijklmnopqrstuvwxyz "[(i * i + i % 13) % 27]);
  const heard = text.filter((_, i) => i % 100 !== 0);
  const started = performance.now();
  assert.equal(editDistance(text, heard), 300);
  // About 0.1 s here; a table of 900 million cells takes several seconds.
  assert.ok(performance.now() - started < 4000);
});
