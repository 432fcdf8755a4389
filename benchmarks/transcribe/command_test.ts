import assert from "node:assert/strict";
import { outName, rendered } from "./command.ts";

const HEARD = {
  file: "a/b.flac",
  text: "good morning",
  segments: [{ start: 0.5, end: 1.25, text: "good morning" }],
  audioSeconds: 2,
  processingSeconds: 0.1,
};

Deno.test("rendered() writes each format", () => {
  assert.equal(rendered(HEARD, "text", false), "good morning");
  assert.equal(rendered(HEARD, "text", true), "a/b.flac\tgood morning");
  assert.deepEqual(JSON.parse(rendered(HEARD, "json", true)), {
    file: "a/b.flac",
    audio_seconds: 2,
    processing_seconds: 0.1,
    text: "good morning",
    segments: HEARD.segments,
  });
  assert.equal(rendered(HEARD, "srt", false), "1\n00:00:00,500 --> 00:00:01,250\ngood morning");
  assert.equal(rendered(HEARD, "vtt", false), "WEBVTT\n\n00:00:00.500 --> 00:00:01.250\ngood morning");
  assert.equal(rendered({ ...HEARD, segments: null, text: "" }, "srt", false), "");
});

Deno.test("outName() puts the format's extension in place of the audio's", () => {
  assert.equal(outName("a/b.c.flac", "srt"), "b.c.srt");
  assert.equal(outName("plain", "text"), "plain.txt");
  assert.equal(outName("-", "json"), "standard-input.json");
});
