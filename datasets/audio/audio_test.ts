import assert from "node:assert/strict";
import { mixToMono } from "./audio.ts";

Deno.test("mixToMono() is the mean of the channels", () => {
  const one = Float32Array.of(0.5, -1, 0.25);
  assert.equal(mixToMono([one]), one);
  assert.deepEqual(mixToMono([one, Float32Array.of(0.25, 1, -0.25)]), Float32Array.of(0.375, 0, 0));
  assert.deepEqual(
    mixToMono([one, one, Float32Array.of(-1, -1, -1), Float32Array.of(0, 0, 0)]),
    Float32Array.of(0, -0.75, -0.125),
  );
});
