import assert from "node:assert/strict";
import { exampleKernels } from "./example_kernels.ts";
import { kernelsMarkdown } from "./kernels_markdown.ts";
import type { KernelsReport } from "./kernels_schema.ts";

Deno.test("kernelsMarkdown() goes from device and command to a table of every kernel", () => {
  const markdown = kernelsMarkdown(exampleKernels());
  const [opening, rest] = markdown.split("## Results\n\n");
  assert.match(opening, /\*\*NVIDIA H200, driver 580\.95\.05\*\*, WebGPU by Deno; 4 timed samples of each kernel/);
  assert.match(opening, /copy kernel moves 934 GB\/s; the driver's buffer-to-buffer copy 840 GB\/s/);
  assert.match(opening, /```sh\ndeno task bench:kernels --samples 4\n```/);
  assert.match(opening, /> 1 of 7 kernels have \*\*no measurement\*\*/);
  assert.deepEqual(rest.split("\n\n## How")[0].split("\n"), [
    "| Kernel | Median [min – max] | TFLOP/s | GB/s | Share of copy |",
    "| --- | ---: | ---: | ---: | ---: |",
    "| copy kernel 512 MiB | 1.15 ms [1.00 – 1.30] | – | 934 | 100 % |",
    "| scan 1×45000×512 | 550 µs [400 – 700] | 3.64 | 545 | 58.4 % |",
    "| matmul 64×64×64 | 3.05 µs [2.90 – 3.30] | 0.172 | – | – |",
    "| embedding 8×64 | 1.15 µs [1.00 – 1.30] | – | 3.56 | 0.381 % |",
    "| attention 45000 | over-limit: a tensor \\| takes too much | – | – | – |",
    "",
    "Left out (too large for an adapter that computes in software): big 1; big 2.",
  ]);
});

Deno.test("kernelsMarkdown() says when it speaks of a processor, or of a tree with changes", () => {
  const report = exampleKernels();
  const { environment } = report;
  assert.doesNotMatch(kernelsMarkdown(report), /software adapter|uncommitted/);
  const other: KernelsReport = {
    ...report,
    environment: { ...environment, git_dirty: true, adapter: { ...environment.adapter, is_software: true } },
  };
  assert.match(kernelsMarkdown(other), /\*\*software adapter\*\*[^]*\*\*uncommitted changes\*\*/);
});

Deno.test("kernelsMarkdown() gives the machine and every limit", () => {
  const report = exampleKernels();
  const markdown = kernelsMarkdown(report);
  for (const text of ["AMD EPYC 9654", "linux 6.1", ...Object.keys(report.environment.limits)]) {
    assert.ok(markdown.includes(text), text);
  }
});
