import assert from "node:assert/strict";
import { gpuTest } from "../testing/mod.ts";
import type { Gpu } from "./gpu.ts";
import { reshape, type Tensor } from "./tensor.ts";

/** Bytes that `work` leaves held, of tensors that take 256 bytes each; then releases what it returns. */
function leftBy(gpu: Gpu, work: () => readonly Tensor[]): number {
  const before = gpu.ledger.liveBytes;
  const kept = work();
  const left = gpu.ledger.liveBytes - before;
  for (const tensor of kept) gpu.release(tensor);
  return left;
}

gpuTest("Scope releases what was made in it", (gpu) => {
  const left = leftBy(gpu, () => {
    using _scope = gpu.scope();
    gpu.tensor([3]);
    gpu.zeros([2, 2]);
    gpu.upload(new Float32Array(5));
    return [];
  });
  assert.equal(left, 0);
});

gpuTest("Scope.keep() lets tensors live in the scope around, until that ends", (gpu) => {
  const before = gpu.ledger.liveBytes;
  {
    using _outer = gpu.scope();
    {
      using inner = gpu.scope();
      const [a, b] = [gpu.tensor([1]), gpu.tensor([2])];
      gpu.tensor([3]);
      assert.equal(inner.keep(a, b), a);
    }
    assert.equal(gpu.ledger.liveBytes - before, 512);
  }
  assert.equal(gpu.ledger.liveBytes - before, 0);
});

gpuTest("Scope.keep() keeps the buffer of a view", (gpu) => {
  const left = leftBy(gpu, () => {
    using scope = gpu.scope();
    return [scope.keep(reshape(gpu.tensor([6]), [2, 3]))];
  });
  assert.equal(left, 256);
});

gpuTest("Scope.keep() leaves alone what belongs to a scope around it", (gpu) => {
  const before = gpu.ledger.liveBytes;
  {
    using _outer = gpu.scope();
    const mine = gpu.tensor([1]);
    {
      using inner = gpu.scope();
      inner.keep(mine);
    }
    assert.equal(gpu.ledger.liveBytes - before, 256);
  }
  assert.equal(gpu.ledger.liveBytes, before);
});

gpuTest("Scope releases on an early return and on an exception", (gpu) => {
  const before = gpu.ledger.liveBytes;
  const early = (leave: boolean): number => {
    using _scope = gpu.scope();
    gpu.tensor([1]);
    if (leave) return 1;
    gpu.tensor([1]);
    throw new Error("half-way");
  };
  assert.equal(early(true), 1);
  assert.equal(gpu.ledger.liveBytes, before);
  assert.throws(() => early(false), /half-way/);
  assert.equal(gpu.ledger.liveBytes, before);
  gpu.release(gpu.tensor([1])); // and what is made next is nobody else's
});

gpuTest("Gpu.release() inside a scope, or inside a scope within it, is not repeated by the scope's end", (gpu) => {
  const before = gpu.ledger.liveBytes;
  {
    using _outer = gpu.scope();
    const first = gpu.tensor([1]);
    gpu.release(gpu.tensor([1]));
    {
      using _inner = gpu.scope();
      gpu.release(first);
    }
    // Takes over the buffer that the outer scope once owned.
    const heir = gpu.tensor([1]);
    assert.equal(gpu.ledger.liveBytes - before, 256);
    gpu.release(heir);
    assert.throws(() => gpu.release(heir), /released twice/);
  }
  assert.equal(gpu.ledger.liveBytes, before);
});
