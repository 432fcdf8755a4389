import assert from "node:assert/strict";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "./safetensors.ts";

const example: Safetensors = {
  metadata: { note: "für den Test" },
  tensors: new Map([
    ["a", { shape: [2, 3], values: Float32Array.of(1, -2, 0.5, 65504, 2 ** -24, 0) }],
    ["empty", { shape: [0], values: new Float32Array() }],
    ["b", { shape: [1], values: Float32Array.of(3.140625) }],
  ]),
};

for (const type of ["F32", "F16"] as const) {
  Deno.test(`decodeSafetensors() gives back what was encoded as ${type}`, () => {
    assert.deepEqual(decodeSafetensors(encodeSafetensors(example, type)), example);
  });
}

Deno.test("encodeSafetensors() writes the published layout", () => {
  const file = encodeSafetensors({
    metadata: {},
    tensors: new Map([["x", { shape: [1], values: Float32Array.of(1) }]]),
  });
  const headLength = Number(new DataView(file.buffer).getBigUint64(0, true));
  assert.equal(headLength % 8, 0);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headLength)));
  assert.deepEqual(header, { __metadata__: {}, x: { dtype: "F32", shape: [1], data_offsets: [0, 4] } });
  assert.deepEqual([...file.subarray(8 + headLength)], [0, 0, 0x80, 0x3f]);
});

Deno.test("encodeSafetensors() throws when float16 cannot hold a value", () => {
  const tensors = new Map([["w", { shape: [1], values: Float32Array.of(1e6) }]]);
  assert.throws(() => encodeSafetensors({ metadata: {}, tensors }, "F16"), /w has values that float16 cannot hold/);
});

Deno.test("decodeSafetensors() throws one line whatever byte the file is cut at", () => {
  const file = encodeSafetensors(example);
  for (let length = 0; length < file.length; length += 5) {
    assert.throws(() => decodeSafetensors(file.slice(0, length)), /truncated|too short|not safetensors/);
  }
});

Deno.test("decodeSafetensors() throws when a range and a shape disagree, or the type is unknown", () => {
  const text = (entry: unknown) => {
    const head = new TextEncoder().encode(JSON.stringify({ w: entry }));
    const file = new Uint8Array(8 + head.length + 8);
    new DataView(file.buffer).setBigUint64(0, BigInt(head.length), true);
    file.set(head, 8);
    return file;
  };
  assert.throws(
    () => decodeSafetensors(text({ dtype: "F32", shape: [3], data_offsets: [0, 8] })),
    /8 bytes for 3 values/,
  );
  assert.throws(() => decodeSafetensors(text({ dtype: "I64", shape: [1], data_offsets: [0, 8] })), /only F32 and F16/);
  assert.throws(() => decodeSafetensors(text({ shape: [1] })), /w has no shape or range/);
});
