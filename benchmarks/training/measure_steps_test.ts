import assert from "node:assert/strict";
import type { TrainingConfig } from "../../training/config.ts";
import type { PointEvent } from "../scaling/protocol.ts";
import { longConfig } from "./long_audio.ts";
import { measureSteps } from "./measure_steps.ts";

type Of<Kind extends PointEvent["event"]> = Extract<PointEvent, { readonly event: Kind }>;

/** Two repeats of some steps on two utterances of 0.6 s; none can have taken longer than the time between its events. */
async function measured(config: TrainingConfig, steps: number) {
  const events: PointEvent[] = [];
  const sizes = { batch: 2, melFrames: 60, tokens: 6, steps, warmups: 1, repeats: 2, budgetSeconds: 60 };
  let before = performance.now();
  await measureSteps({ gpu: "deno", config, ...sizes }, (event) => {
    events.push(event);
    const now = performance.now();
    if (event.event === "sample") {
      assert.ok(event.seconds * steps <= (now - before) / 1000, `${event.seconds} s a step`);
    }
    before = now;
  });
  const last = <Kind extends PointEvent["event"]>(kind: Kind): Of<Kind> =>
    events.findLast((event): event is Of<Kind> => event.event === kind)!;
  return { events, ready: last("ready"), sample: last("sample"), done: last("done") };
}

Deno.test("measureSteps() tells seconds, stages, memory and figures of one step, and what recomputation changes", async () => {
  // Without dropout, so that nothing depends on how many steps were warm-up.
  const config = longConfig("samba", "nano", "ctc", false, 3);
  const still = { ...config, regularization: { ...config.regularization, dropout: 0 } };
  const { events, ready, sample, done } = await measured(still, 3);
  assert.deepEqual(events.map(({ event }) => event), ["ready", "warmup", "sample", "done", "sample", "done"]);
  assert.deepEqual([ready.frames, ready.audioSeconds, ready.microBatch], [15, 0.6, 2]);
  assert.ok(sample.seconds > 0);
  if (ready.stageClock === "gpu") {
    assert.deepEqual(Object.keys(sample.stages), ["forward", "backward", "optimizer"]);
    const sum = Object.values(sample.stages).reduce((sum, seconds) => sum + seconds, 0);
    assert.ok(sum > 0 && sum < sample.seconds, `${sum} s on the device, ${sample.seconds} s in all`);
  }
  const { ctc, decoder, norm, ...rest } = done.figures!;
  assert.ok(ctc! > 1 && ctc! < 50 && norm! > 0, `loss ${ctc}, norm ${norm}`);
  assert.deepEqual([decoder, rest], [null, { impossible: 0, skipped: 0 }]);
  const first = events.find((event): event is Of<"done"> => event.event === "done")!;
  assert.equal(first.dispatches, done.dispatches);
  assert.ok(ctc! < first.figures!.ctc!, "it learns");
  const { weights, gradients, optimizer } = done.ledger!.peakByTag;
  assert.ok(gradients >= weights && optimizer >= 3 * weights);
  assert.ok(Object.keys(done.wgslHashes).some((name) => name.startsWith("adam")), Object.keys(done.wgslHashes).join());

  const again = await measured({ ...still, recompute: true }, 1);
  assert.ok(again.done.dispatches > done.dispatches);
  assert.ok(again.done.ledger!.peakBytes < done.ledger!.peakBytes);
  // A GPU is held at its clock by as many steps before each repeat as its time asks for: figures are of other weights there.
  if (!ready.device?.adapter.isSoftware) return;
  // Of other steps than those above, at a rate that moves weights little.
  assert.ok(Math.abs(again.done.figures!.ctc! / ctc! - 1) < 0.01, `${again.done.figures!.ctc}, not ${ctc}`);
  assert.ok(Math.abs(again.done.figures!.norm! / norm! - 1) < 0.01, `${again.done.figures!.norm}, not ${norm}`);
});

Deno.test("measureSteps() trains the decoder alone where the head says so", async () => {
  const { done } = await measured(longConfig("transformer-flash", "nano", "decoder", false, 3), 1);
  assert.equal(done.figures!.ctc, null);
  assert.ok(done.figures!.decoder! > 1 && done.figures!.decoder! < 10, `${done.figures!.decoder}`);
});
