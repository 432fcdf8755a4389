import assert from "node:assert/strict";
import { statusLine, trainingProgress } from "./progress.ts";
import { devLine, stepsLine } from "./testing.ts";

Deno.test("statusLine() tells loss, rate, dev WER, speed and time left", () => {
  const dev = { ...devLine(20, 0.188), wer_greedy: 0.25 };
  assert.equal(
    statusLine(stepsLine(10), stepsLine(20), 1020, 0.3, dev),
    "step 20/1020, epoch 1 · loss 1.15 (CTC 1.50, decoder 1.00) · rate 2.0e-3 · dev WER 18.8 %, decoder 25.0 % · " +
      "400 s/s · 2 min left",
  );
});

Deno.test("statusLine() leaves out what is not known yet, and counts skipped steps", () => {
  const bad = { ...stepsLine(20), ctc_loss: null, ce_loss: null, skipped: 3 };
  const line = statusLine(bad, bad, 100, 0.3, null);
  assert.equal(line, "step 20/100, epoch 1 · loss none (CTC none, decoder none) · rate 2.0e-3 · 3 skipped");
  assert.match(statusLine(bad, { ...bad, ctc_loss: 2 }, 100, 0.5, null), /loss 1\.00 \(CTC 2\.00, decoder none\)/);
});

Deno.test("trainingProgress() redraws a status, leaves a line an evaluation and measures speed by what is recent", () => {
  const [statuses, lines]: [string[], string[]] = [[], []];
  const shown = trainingProgress(
    { status: (text) => statuses.push(text), line: (text) => lines.push(text) },
    1000,
    0.3,
  );
  shown.steps({ ...stepsLine(10), elapsed_seconds: -1000 }); // the slow beginning
  for (let step = 20; step <= 300; step += 10) shown.steps(stepsLine(step));
  assert.match(statuses.at(-1)!, /400 s\/s · 70 s left$/);
  shown.dev(devLine(300, 0.3));
  assert.deepEqual(lines, ["step 300, epoch 6: dev WER 30.0 %, 30 s"]);
  assert.match(statuses.at(-1)!, /dev WER 30\.0 %/);
  const decoder = {
    wer_greedy: 0.5,
    wer_greedy_seen: 0.4,
    wer_greedy_unseen: 0.6,
    greedy_recited: 0.25,
    wer_ctc_seen: 0.2,
  };
  shown.dev({ ...devLine(600, 0.3), ...decoder });
  assert.equal(
    lines.at(-1),
    "step 600, epoch 11: dev WER 30.0 %, decoder 50.0 % (40.0 % on texts of the training set, CTC 20.0 %; " +
      "60.0 % on others; 25.0 % of its errors are such texts), 60 s",
  );
  assert.match(statuses.at(-1)!, /dev WER 30\.0 %, decoder 50\.0 % ·/, "the status is short");
});
