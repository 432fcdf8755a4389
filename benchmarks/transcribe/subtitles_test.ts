import assert from "node:assert/strict";
import { srt, vtt } from "./subtitles.ts";

const SEGMENTS = [
  { start: 0, end: 2.5, text: " And so my fellow Americans," },
  { start: 2.5, end: 3661.0426, text: "ask not <what> you & I" },
];

Deno.test("srt() numbers its cues and writes times with a comma", () => {
  assert.equal(
    srt(SEGMENTS),
    "1\n00:00:00,000 --> 00:00:02,500\nAnd so my fellow Americans,\n" +
      "\n2\n00:00:02,500 --> 01:01:01,043\nask not <what> you & I\n",
  );
});

Deno.test("vtt() has its heading, writes times with a point and escapes what would be markup", () => {
  assert.equal(
    vtt(SEGMENTS),
    "WEBVTT\n\n00:00:00.000 --> 00:00:02.500\nAnd so my fellow Americans,\n" +
      "\n00:00:02.500 --> 01:01:01.043\nask not &lt;what&gt; you &amp; I\n",
  );
});

Deno.test("srt() and vtt() round to milliseconds and carry into seconds, minutes and hours", () => {
  const text = srt([{ start: 59.9996, end: 3599.9995, text: "x" }]);
  assert.match(text, /00:01:00,000 --> 01:00:00,000/);
  assert.match(vtt([{ start: 0, end: 100 * 3600, text: "x" }]), /--> 100:00:00\.000/);
  assert.match(srt([{ start: 1.005, end: 1.0014, text: "x" }]), /00:00:01,005 --> 00:00:01,006/);
});

Deno.test("srt() and vtt() leave out segments without text, and number what is left without gaps", () => {
  const segments = [{ start: 0, end: 1, text: " \n" }, { start: 1, end: 2, text: "x" }];
  assert.equal(srt(segments), "1\n00:00:01,000 --> 00:00:02,000\nx\n");
  assert.equal(srt([]), "");
  assert.equal(vtt([]), "WEBVTT\n");
});

Deno.test("vtt() keeps cues in order of their start, within the file, and each longer than nothing", () => {
  const text = vtt([{ start: 5, end: 5, text: "later" }, { start: -1, end: -0.5, text: "first" }]);
  assert.equal(
    text,
    "WEBVTT\n\n00:00:00.000 --> 00:00:00.001\nfirst\n\n00:00:05.000 --> 00:00:05.001\nlater\n",
  );
});

Deno.test("srt() and vtt() keep a text with empty lines in one cue", () => {
  const segments = [{ start: 0, end: 1, text: "one\n\n2\r\n00:00:05,000 --> 00:00:06,000\ntwo" }];
  assert.equal(srt(segments).split("\n\n").length, 1);
  assert.equal(vtt(segments).split("\n\n").length, 2);
  assert.ok(!vtt(segments).split("\n").at(-2)!.includes("-->"), "an arrow in the text would make it a cue's times");
});

Deno.test("srt() and vtt() throw a RangeError where a time is no number", () => {
  assert.throws(() => srt([{ start: NaN, end: 1, text: "x" }]), RangeError);
  assert.throws(() => vtt([{ start: 0, end: Infinity, text: "x" }]), RangeError);
});
