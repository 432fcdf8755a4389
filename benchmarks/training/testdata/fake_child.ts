/**
 * Stands in for child.ts in tests. Its URL's query says how a point goes, as `CONFIG MEL_FRAMES=BEHAVIOUR`, CONFIG being the
 * config's name and, with recomputation, " on"; points that are not named are measured, at made-up times.
 */
import type { PointEvent } from "../../scaling/protocol.ts";
import { fakeSurroundings } from "../../scaling/testdata/surroundings.ts";
import type { StepsRequest } from "../protocol.ts";

const request = JSON.parse(Deno.args[0]) as StepsRequest;
const { config, melFrames, batch } = request;
const name = `${config.name}${config.recompute ? " on" : ""} ${melFrames}`;
const behaviour = new URL(import.meta.url).searchParams.get(name) ?? "measure";

function say(event: PointEvent): void {
  console.log(JSON.stringify(event));
}

if (behaviour === "throw") throw new Error("something broke");
say({
  event: "ready",
  device: {
    adapter: { ...fakeSurroundings().adapter, backend: request.gpu },
    limits: {
      maxStorageBufferBindingSize: 1,
      maxBufferSize: 1,
      maxComputeWorkgroupStorageSize: 1,
      maxComputeInvocationsPerWorkgroup: 1,
      maxComputeWorkgroupSizeX: 1,
      maxComputeWorkgroupSizeY: 1,
      maxComputeWorkgroupsPerDimension: 1,
      maxStorageBuffersPerShaderStage: 1,
    },
    features: {
      timestamps: true,
      subgroups: false,
      f16: false,
      subgroupsDirective: false,
      subgroupMinSize: 0,
      subgroupMaxSize: 0,
    },
  },
  model: { configHash: "c".repeat(64), parameters: { encoder: 10, total: 20 } },
  weights: null,
  frames: Math.ceil(melFrames / 4),
  audioSeconds: melFrames / 100,
  loadSeconds: 0.01,
  microBatch: batch,
  stageClock: "gpu",
});
if (behaviour === "limit") {
  say({ event: "failed", status: "over-limit", reason: "a binding of 3 GiB: the adapter's limit is 2 GiB" });
  Deno.exit(1);
}

const seconds = batch * melFrames * 1e-5 * (config.recompute ? 1.25 : 1);
for (let i = 0; i < request.warmups; i++) say({ event: "warmup", seconds: 2 * seconds });
for (let i = 0; i < request.repeats; i++) {
  const stages = { forward: 0.2 * seconds, backward: 0.5 * seconds, optimizer: 0.1 * seconds };
  say({ event: "sample", seconds: seconds * (1 + 0.01 * i), stages });
  const activations = batch * melFrames * (config.recompute ? 100 : 400);
  say({
    event: "done",
    ledger: {
      peakBytes: 4000 + activations,
      peakByTag: { weights: 1000, gradients: 1000, optimizer: 2000, activations },
      reservedPeakBytes: 5000 + activations,
    },
    processPeakBytes: 10_000_000,
    dispatches: 150 + request.tokens,
    wgslHashes: { fake: "d".repeat(64) },
    tokensHash: "e".repeat(64),
    text: null,
    figures: { ctc: 3, decoder: null, norm: request.steps, impossible: 0, skipped: 0 },
  });
}
