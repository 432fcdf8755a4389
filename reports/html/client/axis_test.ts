import assert from "node:assert/strict";
import { lengthAxis, positionOn, uncrowded, valueAxis } from "./axis.ts";

Deno.test("valueAxis() begins a linear axis at 0, with round ticks that enclose no more than the values", () => {
  assert.deepEqual(valueAxis([0.7, 1.5], "linear").ticks, [0, 0.5, 1, 1.5]);
  assert.deepEqual(valueAxis([12, 762], "linear").ticks, [0, 200, 400, 600]);
  assert.deepEqual(valueAxis([0.1, 0.3], "linear").ticks, [0, 0.1, 0.2, 0.3]);
  const { low, high } = valueAxis([12, 762], "linear");
  assert.equal(low, 0);
  assert.ok(high > 762 && high < 850);
});

Deno.test("valueAxis() has ticks at every switch, also without values and with all of them equal", () => {
  for (const kind of ["log", "linear"] as const) {
    for (const values of [[], [456], [456, 456], [1e-6, 1e9]]) {
      const axis = valueAxis(values, kind);
      assert.ok(axis.low < axis.high && axis.ticks.length >= 2, `${kind} ${values}`);
      for (const value of values) assert.ok(axis.low < value && value < axis.high, `${kind} ${values}`);
    }
  }
});

Deno.test("positionOn() goes from one end to the other, in logarithms where the axis is logarithmic", () => {
  const log = { kind: "log", low: 1, high: 100, ticks: [] } as const;
  assert.deepEqual([1, 10, 100].map((value) => positionOn(log, value, 400, 0)), [400, 200, 0]);
  assert.equal(positionOn({ ...log, kind: "linear" }, 10, 0, 99), 9);
});

Deno.test("uncrowded() keeps the longest length, and what stands far enough from those kept", () => {
  const axis = lengthAxis([5, 10, 15, 20, 25, 30, 30], "log");
  assert.deepEqual(axis.ticks, [5, 10, 15, 20, 25, 30]);
  assert.deepEqual(uncrowded(axis, 0, 1000, 26), [5, 10, 15, 20, 25, 30]);
  const narrow = uncrowded(axis, 0, 200, 26);
  assert.ok(narrow.includes(30) && !narrow.includes(25), narrow.join());
  assert.deepEqual(uncrowded(lengthAxis([], "log"), 0, 200, 26), []);
});
