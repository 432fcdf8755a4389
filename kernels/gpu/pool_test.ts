import assert from "node:assert/strict";
import { gpuTest } from "../testing/mod.ts";
import type { GpuError } from "./errors.ts";
import type { Gpu } from "./gpu.ts";
import { Ledger } from "./ledger.ts";
import { Pool } from "./pool.ts";

/** A pool of its own: the tests' shared device has one with a history. */
function withPool(gpu: Gpu, test: (pool: Pool, ledger: Ledger) => void): void {
  const ledger = new Ledger();
  const pool = new Pool(gpu.device, ledger, (_bytes, error) => {
    error.then((e) => assert.equal(e, null));
  });
  test(pool, ledger);
  pool.destroy();
  assert.equal(ledger.liveBytes, 0);
  assert.equal(ledger.reservedBytes, 0);
}

gpuTest("Pool.acquire() reuses a released buffer of the same size", (gpu) => {
  withPool(gpu, (pool, ledger) => {
    const first = pool.acquire(1000, "activations");
    pool.release(first);
    assert.equal(pool.acquire(900, "state"), first); // both take 1024 bytes
    assert.equal(ledger.reservedBytes, 1024);
    assert.deepEqual([ledger.live.activations, ledger.live.state], [0, 1024]);
  });
});

gpuTest("Pool.acquire() takes the tightest free buffer, and none that is over an eighth too large", (gpu) => {
  withPool(gpu, (pool, ledger) => {
    const loose = pool.acquire(9 * 1024, "activations");
    const tight = pool.acquire(8 * 1024 + 256, "activations");
    const large = pool.acquire(9 * 1024 + 256, "activations");
    for (const buffer of [large, loose, tight]) pool.release(buffer);
    assert.equal(pool.acquire(8 * 1024, "activations"), tight);
    assert.equal(pool.acquire(8 * 1024, "activations"), loose);
    assert.notEqual(pool.acquire(8 * 1024, "activations"), large);
    assert.equal(ledger.live.activations, 3 * 8 * 1024); // counted as asked for, not as found
  });
});

gpuTest("Pool.acquire() never hands one buffer out twice at a time", (gpu) => {
  withPool(gpu, (pool) => {
    const first = pool.acquire(256, "activations");
    pool.release(first);
    const held = [1, 2, 3].map(() => pool.acquire(256, "activations"));
    assert.equal(new Set(held).size, 3);
  });
});

gpuTest("Pool.acquire() gives empty tensors a buffer that can be bound", (gpu) => {
  withPool(gpu, (pool) => assert.equal(pool.acquire(0, "activations").size, 256));
});

gpuTest("Pool.release() refuses a buffer that it does not hold", (gpu) => {
  withPool(gpu, (pool) => {
    const buffer = pool.acquire(256, "activations");
    pool.release(buffer);
    assert.throws(() => pool.release(buffer), (error: GpuError) => {
      assert.equal(error.failure, "invalid");
      assert.match(error.message, /released twice/);
      return true;
    });
    assert.equal(pool.holds(buffer), false);
  });
});

gpuTest("Pool.trim() hands back what is free and keeps what is held", (gpu) => {
  withPool(gpu, (pool, ledger) => {
    const held = pool.acquire(1024, "weights");
    pool.release(pool.acquire(2048, "activations"));
    assert.equal(ledger.reservedBytes, 3072);
    pool.trim();
    assert.equal(ledger.reservedBytes, 1024);
    assert.ok(pool.holds(held));
  });
});
