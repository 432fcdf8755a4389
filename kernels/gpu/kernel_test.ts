import assert from "node:assert/strict";
import { kernel, read, source, variants, write } from "./kernel.ts";

Deno.test("source() declares parameters at binding 0 and buffers from 1 on", () => {
  const scale = kernel("scale", { count: "u32", factor: "f32" }, { x: read("vec4f"), y: write() }, "// body");
  assert.equal(
    source(scale, true),
    `struct Params {
  count: u32,
  factor: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
// body`,
  );
});

Deno.test("source() declares no parameters when a kernel has none", () => {
  assert.doesNotMatch(source(kernel("k", {}, { y: write("u32") }, "// body"), false), /Params/);
});

Deno.test("source() enables subgroups only where they are used and the directive is wanted", () => {
  const plain = kernel("k", {}, { y: write() }, "// body");
  const subgroups = kernel("k", {}, { y: write() }, "// body", { subgroups: true });
  assert.match(source(subgroups, true), /^enable subgroups;\n/);
  assert.doesNotMatch(source(subgroups, false), /enable/);
  assert.doesNotMatch(source(plain, true), /enable/);
});

Deno.test("variants() makes each variant once", () => {
  let made = 0;
  const tile = variants((width: number, bias: boolean) => {
    made++;
    return kernel(`tile ${width} ${bias}`, {}, { y: write() }, "");
  });
  assert.equal(tile(8, true), tile(8, true));
  assert.notEqual(tile(8, true), tile(8, false));
  assert.notEqual(tile(8, true), tile(16, true));
  assert.equal(made, 3);
  assert.equal(tile(16, true).name, "tile 16 true");
});
