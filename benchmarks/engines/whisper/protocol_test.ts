import assert from "node:assert/strict";
import { readRequests, requestBytes } from "./protocol.ts";

function streamOf(bytes: Uint8Array, pieces: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += pieces) controller.enqueue(bytes.subarray(at, at + pieces));
      controller.close();
    },
  });
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

Deno.test("readRequests() reads what requestBytes() writes, however the stream is cut", async () => {
  const whole = Float32Array.from({ length: 300 }, (_, i) => Math.sin(i));
  // Samples whose bytes look like a line's end; none at all; a view into a longer buffer.
  const recordings = [
    whole,
    new Float32Array(Uint8Array.of(10, 10, 10, 10).buffer),
    new Float32Array(0),
    whole.subarray(7, 9),
  ];
  const bytes = joined(recordings.map(requestBytes));
  for (const pieces of [1, 2, 3, 7, 64, bytes.length]) {
    const read: Float32Array[] = [];
    for await (const recording of readRequests(streamOf(bytes, pieces))) read.push(recording);
    assert.deepEqual(read, recordings.map((recording) => recording.slice()), `pieces of ${pieces}`);
  }
});

Deno.test("readRequests() drops a request that the stream ends in", async () => {
  const bytes = joined([requestBytes(Float32Array.of(1)), requestBytes(Float32Array.of(2))]);
  for (const missing of [1, 4, 5, 10]) {
    const read: Float32Array[] = [];
    for await (const recording of readRequests(streamOf(bytes.subarray(0, -missing), 5))) read.push(recording);
    assert.deepEqual(read, [Float32Array.of(1)]);
  }
});
