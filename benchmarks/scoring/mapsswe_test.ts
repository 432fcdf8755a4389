import assert from "node:assert/strict";
import { align, SCLITE_COSTS } from "./alignment.ts";
import { matchedPairs, segmentsOf } from "./mapsswe.ts";
import { testRows } from "./testing.ts";

Deno.test("segmentsOf() ends a segment after two words in a row that both have right", () => {
  assert.deepEqual(segmentsOf({ a: "CSCCCD", b: "CCCCCC" }), [{ a: 1, b: 0 }, { a: 1, b: 0 }]);
  assert.deepEqual(segmentsOf({ a: "CSCSCC", b: "CCCCCS" }), [{ a: 2, b: 1 }]);
  assert.deepEqual(segmentsOf({ a: "SCCC", b: "CCSC" }), [{ a: 1, b: 1 }]);
});

Deno.test("segmentsOf() takes an insertion between two correct words for an error", () => {
  assert.deepEqual(segmentsOf({ a: "SCICS", b: "CCCC" }), [{ a: 3, b: 0 }]);
  assert.deepEqual(segmentsOf({ a: "CCC", b: "ICCCI" }), [{ a: 0, b: 1 }, { a: 0, b: 1 }]);
});

Deno.test("segmentsOf() leaves out what both have right, and refuses alignments of different references", () => {
  assert.deepEqual(segmentsOf({ a: "CCCC", b: "CCCC" }), []);
  assert.deepEqual(segmentsOf({ a: "", b: "" }), []);
  assert.deepEqual(segmentsOf({ a: "II", b: "" }), [{ a: 2, b: 0 }]);
  assert.throws(() => segmentsOf({ a: "CC", b: "C" }), RangeError);
});

Deno.test("matchedPairs() gives what NIST's sc_stats gives", async () => {
  const text = await Deno.readTextFile(new URL("./testdata/sc_stats.tsv", import.meta.url));
  const stated = (name: string): number => Number(new RegExp(`\\(${name}: (-?[\\d.]+)\\)`).exec(text)![1]);
  const pairs = testRows(text).map((row) => row.map((cell) => cell.split(" "))).map(([reference, a, b]) => ({
    a: align(reference, a, SCLITE_COSTS),
    b: align(reference, b, SCLITE_COSTS),
  }));
  const { segments, mean, deviation, z } = matchedPairs(pairs);
  assert.equal(segments, stated("# segs"));
  assert.equal(mean.toFixed(3), stated("mean").toFixed(3));
  assert.equal(deviation.toFixed(3), stated("std dev").toFixed(3));
  assert.equal(z.toFixed(3), stated("Z Stat").toFixed(3));
});

Deno.test("matchedPairs() turns its sign with the systems and keeps p", () => {
  const pairs = [{ a: "CSC", b: "CCC" }, { a: "CC", b: "SC" }, { a: "SSSC", b: "CCCC" }];
  const one = matchedPairs(pairs);
  const other = matchedPairs(pairs.map(({ a, b }) => ({ a: b, b: a })));
  assert.equal(one.z, -other.z);
  assert.equal(one.p, other.p);
  assert.ok(one.z > 0 && one.p > 0.05 && one.p < 1);
});

Deno.test("matchedPairs() cannot tell anything without segments or from one", () => {
  assert.deepEqual(matchedPairs([{ a: "CC", b: "CC" }]), { segments: 0, mean: 0, deviation: 0, z: 0, p: 1 });
  assert.deepEqual(matchedPairs([{ a: "SC", b: "CC" }]), { segments: 1, mean: 1, deviation: 0, z: 0, p: 1 });
  assert.equal(matchedPairs([{ a: "SC", b: "CS" }, { a: "SC", b: "SC" }]).p, 1);
});

Deno.test("matchedPairs() goes by the sign where all segments differ alike", () => {
  const pairs = new Array(8).fill({ a: "SC", b: "CC" });
  assert.deepEqual(matchedPairs(pairs), { segments: 8, mean: 1, deviation: 0, z: 0, p: 2 / 256 });
});
