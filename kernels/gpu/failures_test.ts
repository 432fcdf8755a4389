import assert from "node:assert/strict";
import { GpuError } from "./errors.ts";
import { Failures, inKernels, oneLine } from "./failures.ts";

const later = (ms: number, error?: GpuError) =>
  new Promise<GpuError | undefined>((resolve) => setTimeout(() => resolve(error), ms));

Deno.test("Failures.settle() throws the error asked for first, also when it is answered last", async () => {
  const failures = new Failures();
  failures.watch(later(20, new GpuError("invalid", "the cause")));
  failures.watch(later(0, new GpuError("invalid", "its consequence")));
  await assert.rejects(failures.settle(), /the cause/);
  assert.throws(() => failures.check(), /the cause/);
});

Deno.test("Failures.settle() waits for answers that come late, and passes when none is an error", async () => {
  const failures = new Failures();
  let answered = false;
  failures.watch(later(20).finally(() => answered = true));
  await failures.settle();
  assert.ok(answered);
});

Deno.test("Failures.watch() takes a rejected answer for none", async () => {
  const failures = new Failures();
  failures.watch(Promise.reject(new Error("the device is gone")));
  await failures.settle();
});

Deno.test("Failures.fail() keeps the first failure", () => {
  const failures = new Failures();
  failures.fail("device-lost", "driver reset", ["scan"]);
  failures.fail("invalid", "something later", ["scan"]);
  assert.throws(() => failures.check(), (error: GpuError) => {
    assert.equal(error.failure, "device-lost");
    assert.match(error.message, /^in kernel scan: the GPU device was lost \(driver reset\): run again/);
    return true;
  });
});

Deno.test("inKernels() names each kernel once, the last six at most", () => {
  assert.equal(inKernels([]), "");
  assert.equal(inKernels(["a", "a"]), "in kernel a: ");
  assert.equal(inKernels([..."abcdefgh", "h"]), "in one of the kernels c, d, e, f, g, h: ");
});

Deno.test("oneLine() joins lines", () => assert.equal(oneLine("  a\n\n   b \n"), "a b"));
