import assert from "node:assert/strict";
import { gpuTest, TestRandom } from "../testing/mod.ts";
import { type Activation, activation } from "./activation.ts";
import { activationReference, erf } from "./elementwise_reference.ts";

const KINDS: readonly Activation[] = ["silu", "gelu", "relu", "softplus", "sigmoid"];

Deno.test("erf() of the reference equals tabulated values", () => {
  // Abramowitz and Stegun, table 7.1, and Wolfram's erf(2.5), erf(3).
  const table = [[0.5, 0.5204998778], [1, 0.8427007929], [2, 0.995322265], [2.5, 0.999593048], [3, 0.9999779095]];
  for (const [x, y] of table) {
    assert.ok(Math.abs(erf(x) - y) < 2e-10, `erf(${x}) = ${erf(x)}`);
    assert.equal(erf(-x), -erf(x));
  }
  assert.ok(Math.abs(erf(2.4999999999) - erf(2.5000000001)) < 1e-12, "the two branches meet");
});

/** Within 10⁻⁶ of the value, and of 1 where it is smaller. */
function assertWithin(y: Float32Array, x: Float32Array, kind: Activation): void {
  x.forEach((v, i) => {
    const expected = activationReference[kind](v);
    assert.ok(
      Math.abs(y[i] - expected) <= 1e-6 * Math.max(1, Math.abs(expected)),
      `${kind}(${v}) = ${y[i]}, expected ${expected}`,
    );
  });
}

for (const kind of KINDS) {
  gpuTest(`activation() is within 1e-6 of its reference for ${kind} at ordinary inputs`, async (gpu) => {
    const random = new TestRandom(kind.length);
    for (const count of [1, 2, 3, 5, 1021]) {
      const x = random.normals(count, 3);
      assertWithin(await gpu.read(activation(gpu, gpu.upload(x), kind)), x, kind);
    }
  });

  gpuTest(`activation() is within 1e-6 of its reference for ${kind} from -100 to 100`, async (gpu) => {
    const x = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 20);
    assertWithin(await gpu.read(activation(gpu, gpu.upload(x), kind)), x, kind);
  });
}

gpuTest("activation() keeps the relative accuracy of softplus's small values", async (gpu) => {
  const x = Float32Array.from({ length: 200 }, (_, i) => -i / 10);
  const y = await gpu.read(activation(gpu, gpu.upload(x), "softplus"));
  x.forEach((v, i) => {
    const expected = activationReference.softplus(v);
    assert.ok(Math.abs(y[i] / expected - 1) < 5e-6, `softplus(${v}) = ${y[i]}, expected ${expected}`);
  });
});
