import assert from "node:assert/strict";
import type { AdapterDescription, Features } from "../../kernels/gpu/mod.ts";
import { adapterField, featureNames, wgslHashes } from "./device.ts";

Deno.test("adapterField() spells an adapter as reports do", () => {
  const described = { vendor: "v", architecture: "a", device: "d", description: "x", backend: "deno" } as const;
  const adapter: AdapterDescription = { ...described, isSoftware: true };
  assert.deepEqual(adapterField(adapter), { ...described, is_software: true });
});

Deno.test("featureNames() names what a device may use, and nothing else of it", () => {
  const none: Features = {
    ...{ timestamps: false, subgroups: false, f16: false, subgroupsDirective: true },
    ...{ subgroupMinSize: 4, subgroupMaxSize: 64 },
  };
  assert.deepEqual(featureNames(none), []);
  assert.deepEqual(featureNames({ ...none, timestamps: true, f16: true }), ["timestamp-query", "shader-f16"]);
  assert.deepEqual(featureNames({ ...none, subgroups: true }), ["subgroups"]);
});

Deno.test("wgslHashes() gives the SHA-256 of each text by its kernel", () => {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.deepEqual(wgslHashes(new Map([["add", "abc"]])), { add: abc });
});
