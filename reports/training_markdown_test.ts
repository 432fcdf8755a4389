import assert from "node:assert/strict";
import { exampleTraining } from "./example_training.ts";
import { missingStep } from "./training_derive.ts";
import { trainingMarkdown } from "./training_markdown.ts";
import type { MeasuredStep } from "./training_schema.ts";
import { trainingSummary } from "./training_terminal.ts";

Deno.test("trainingMarkdown() tells command, throughput, what recomputation costs, growth and what is missing", () => {
  const text = trainingMarkdown(exampleTraining());
  for (
    const part of [
      "```sh\ndeno task bench:training --minutes 5,10,20\n```",
      "1 of 8 points have **no measurement**",
      "16 × 5.00 s (500 log-mel frames, 40 characters each); 20 steps a repeat",
      /\| off \| 10\d ms \[.*\] ‡1 \| 9\d\.\d ms .* \| 250 MiB \| 200 MiB \| 700 MiB \(nvidia-smi delta\) \| 1234 \| 10 \|/,
      /a step takes 1\.\d\d times as long \(1\.\d\d times by the GPU's clock\), and the peak is 0\.440 times as high/,
      /\*\*samba\*\*: time of a step \*\*1\.0.*, consistent with linear; .*the step's memory \*\*1\.0/,
      "No measurement at 20 min (over-limit).",
      "| transformer-naive | 20 | 30000 | (12.0 s predicted) |",
      "over-limit: a tensor f32 [1] \\| takes 8 GiB |",
      "over a text of 63 characters",
      "![GPU memory of a training step against audio length](memory.svg)",
      "| config of samba | " + "c".repeat(64),
    ]
  ) {
    if (typeof part === "string") assert.ok(text.includes(part), `${part}\n\nis not in\n\n${text}`);
    else assert.match(text, part);
  }
  assert.doesNotMatch(text, /NaN|undefined|Infinity|skipped, or/);
});

Deno.test("trainingMarkdown() says what each loss keeps, and leaves out a part that was not measured", () => {
  const report = exampleTraining();
  report.long!.head = "decoder";
  assert.match(trainingMarkdown(report), /The loss is the decoder's alone.*which is why CTC is left out/);
  Object.assign(report.long!, { head: "both", ctc_weight: 0.3 });
  assert.match(trainingMarkdown(report), /The loss is 0\.300 of CTC and 0\.700 of the decoder/);
  assert.doesNotMatch(trainingMarkdown({ ...report, long: null }), /long utterance|\.svg/);
  assert.doesNotMatch(trainingMarkdown({ ...report, throughput: null }), /## Throughput/);
});

Deno.test("trainingMarkdown() warns of steps that taught nothing, and that a run was interrupted", () => {
  const report = exampleTraining();
  (report.throughput!.rows[0].step as MeasuredStep).figures.skipped = 3;
  assert.match(trainingMarkdown(report), /Steps of 1 of 8 points were \*\*skipped, or without an alignment\*\*/);
  assert.match(trainingMarkdown({ ...report, interrupted: true }), /The run was \*\*interrupted\*\*/);
});

Deno.test("trainingMarkdown() and trainingSummary() have something to say where nothing was measured", () => {
  const report = exampleTraining();
  report.throughput!.rows = [{ ...report.throughput!.rows[0], step: missingStep("failed", "no luck") }];
  report.throughput!.recomputation = null;
  report.long!.rows = report.long!.rows.slice(-1);
  report.long!.fits = [];
  assert.match(trainingMarkdown(report), /nothing was measured\. No measurement at 20 min[\s\S]*nothing was fitted/);
  assert.match(trainingSummary(report), /recomputation off +failed[\s\S]*no luck[\s\S]*transformer-naive +limit +-/);
});

Deno.test("trainingSummary() has a table of throughput, and one a quantity with exponents", () => {
  const text = trainingSummary(exampleTraining());
  assert.match(text, /^NVIDIA H200\n\nan4, batch 16 × 5\.00 s +step/);
  assert.match(text, /recomputation on +13\d ms +1\d\d ms +110 MiB +60\.0 MiB +\d+ +1234/);
  assert.match(text, /transformer-naive +\d+ ms +2\.\d\d s +limit +1\./);
  assert.match(text, /the step's memory \(ctc, recomputation on\)[^\n]*\nsamba +500 MiB +1000 MiB +1\.95 GiB +1\.00/);
});
