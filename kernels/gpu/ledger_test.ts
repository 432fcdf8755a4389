import assert from "node:assert/strict";
import { Ledger } from "./ledger.ts";

Deno.test("Ledger counts live bytes by tag when buffers come and go", () => {
  const ledger = new Ledger();
  ledger.take("weights", 1000);
  ledger.take("state", 24);
  ledger.take("state", 8);
  ledger.give("state", 24);
  assert.equal(ledger.liveBytes, 1008);
  assert.deepEqual(ledger.live, {
    weights: 1000,
    activations: 0,
    state: 8,
    gradients: 0,
    optimizer: 0,
    staging: 0,
  });
});

Deno.test("Ledger.peak is split as it was at the highest sum, not each tag's own highest", () => {
  const ledger = new Ledger();
  ledger.take("weights", 100);
  ledger.take("activations", 50);
  ledger.give("activations", 50);
  ledger.take("state", 60); // 160: the peak
  ledger.give("state", 60);
  ledger.take("activations", 55); // 155
  assert.equal(ledger.peakBytes, 160);
  assert.equal(ledger.peak.activations, 0);
  assert.equal(ledger.peak.state, 60);
  assert.equal(ledger.peak.weights, 100);
});

Deno.test("Ledger.resetPeak() starts from what is live", () => {
  const ledger = new Ledger();
  ledger.take("activations", 500);
  ledger.reserve(500);
  ledger.give("activations", 400);
  ledger.reserve(-300);
  ledger.resetPeak();
  assert.equal(ledger.peakBytes, 100);
  assert.equal(ledger.reservedPeakBytes, 200);
  ledger.take("activations", 1);
  ledger.reserve(50);
  assert.equal(ledger.peakBytes, 101);
  assert.equal(ledger.reservedPeakBytes, 250);
});

Deno.test("Ledger hands out copies, so a reader cannot change the account", () => {
  const ledger = new Ledger();
  ledger.take("weights", 7);
  ledger.live.weights = 0;
  ledger.peak.weights = 0;
  assert.equal(ledger.live.weights, 7);
  assert.equal(ledger.peak.weights, 7);
});
