import { formatBytes, significant } from "./format.ts";
import { deviceLine, machineNotices, machineTable } from "./markdown_environment.ts";
import { markdownTable } from "./markdown_table.ts";
import { count, figuresTable, STEP_COLUMNS, stepCells } from "./training_cells.ts";
import { longSections } from "./training_long_markdown.ts";
import type { MeasuredStep, Throughput, TrainingReport } from "./training_schema.ts";

/** The whole training report as Markdown; everything in it comes from `report`, so that `verify` can render it again. */
export function trainingMarkdown(report: TrainingReport): string {
  const { environment, throughput, long } = report;
  return [
    "# Speed and memory of training",
    notices(report),
    `${
      deviceLine(environment)
    }; each point in a process of its own; random weights, log-mel frames and characters, so ` +
    "that no audio is needed to repeat it:",
    `\`\`\`sh\n${environment.command}\n\`\`\``,
    throughput === null ? "" : throughputSection(throughput),
    long === null ? "" : longSections(report, long),
    READING,
    environmentSection(report),
  ].filter((section) => section !== "").join("\n\n") + "\n";
}

function notices({ environment, throughput, long, interrupted }: TrainingReport): string {
  const steps = [...throughput?.rows ?? [], ...long?.rows ?? []].map(({ step }) => step);
  const missing = steps.filter(({ status }) => status !== "ok").length;
  const unlearned = steps.filter((step) => step.status === "ok" && isUnlearned(step)).length;
  return [
    ...(interrupted ? ["The run was **interrupted**: points whose turn had not come are not in this report."] : []),
    ...machineNotices(environment),
    ...(missing > 0 ? [`${missing} of ${steps.length} points have **no measurement**; each row says why.`] : []),
    ...(unlearned > 0
      ? [
        `Steps of ${unlearned} of ${steps.length} points were **skipped, or without an alignment**: see their figures.`,
      ]
      : []),
  ].map((notice) => `> ${notice}`).join("\n>\n");
}

function isUnlearned({ figures: { impossible, skipped } }: MeasuredStep): boolean {
  return impossible > 0 || skipped > 0;
}

function throughputSection({ config, batch, mel_frames, tokens, steps, parameters, rows, recomputation }: Throughput) {
  const header = ["Recomputation", ...STEP_COLUMNS];
  const table = rows.map(({ recompute, step }) => [recompute ? "on" : "off", ...stepCells(step)]);
  return [
    "## Throughput",
    `The model of \`${config}\` (${count(parameters.total)} parameters, ${count(parameters.encoder)} of them in the ` +
    `encoder); ${batch} × ${
      significant(mel_frames / 100)
    } s (${mel_frames} log-mel frames, ${tokens} characters each); ` +
    `${steps} step${steps === 1 ? "" : "s"} a repeat, with one wait at the end.`,
    markdownTable(header, table, header.slice(1, -1)),
    recomputation === null ? "" : recomputationSentence(recomputation),
    memorySection(rows),
    figuresTable(rows.map(({ recompute, step }) => ({ name: `recomputation ${recompute ? "on" : "off"}`, step }))),
  ].filter((part) => part !== "").join("\n\n");
}

function recomputationSentence(
  { seconds, gpu_seconds, memory, step_memory }: NonNullable<Throughput["recomputation"]>,
) {
  const gpu = gpu_seconds === null ? "" : ` (${significant(gpu_seconds)} times by the GPU's clock)`;
  return `**Recomputation**: a step takes ${significant(seconds)} times as long${gpu}, and the peak is ` +
    `${significant(memory)} times as high, what the step itself needs ${significant(step_memory)} times.`;
}

/** The peak by tag. */
function memorySection(rows: Throughput["rows"]): string {
  const measured = rows.flatMap(({ recompute, step }) => step.status === "ok" ? [{ recompute, step }] : []);
  const tags = [...new Set(measured.flatMap(({ step }) => Object.keys(step.memory.ledger_peak_by_tag)))]
    .filter((tag) => measured.some(({ step }) => (step.memory.ledger_peak_by_tag[tag] ?? 0) > 0));
  if (tags.length === 0) return "";
  const lines = measured.map(({ recompute, step: { memory } }) => [
    recompute ? "on" : "off",
    ...tags.map((tag) => formatBytes(memory.ledger_peak_by_tag[tag] ?? 0)),
    memory.reserved_peak_bytes === null ? "–" : formatBytes(memory.reserved_peak_bytes),
  ]);
  const header = ["Recomputation", ...tags, "held by the pool"];
  return `The ledger's peak by tag:\n\n${markdownTable(header, lines, header.slice(1))}`;
}

function environmentSection({ environment, throughput, long }: TrainingReport): string {
  const hashes = [
    ...throughput?.rows.map(({ recompute, config_sha256 }) => [
      `throughput config, recomputation ${recompute ? "on" : "off"}`,
      config_sha256,
    ]) ?? [],
    ...Object.entries(long?.models ?? {}).map(([engine, { config_sha256 }]) => [`config of ${engine}`, config_sha256]),
    ...Object.entries(environment.wgsl_hashes).map(([kernel, hash]) => [`kernel ${kernel}`, hash]),
  ];
  return [
    "## Environment",
    machineTable(environment, [["Seed", String(environment.seed)]]),
    hashes.length === 0 ? "" : markdownTable(["SHA-256 of", "Hash"], hashes),
  ].filter((part) => part !== "").join("\n\n");
}

const READING = `## How to read this

- A step is forward, backward and the optimizer (clipping, AdamW, moving average) on log-mel frames that are on the device
  already. Its time is the host's, over all steps of a repeat: nothing is read back but the figures, once, at the end of the
  repeat, and with Deno's WebGPU that wait costs about 11 ms, shared among the steps. The GPU's clock adds up the passes of
  the three stages, without clears, copies and the gaps between passes.
- The interval is a 95 % percentile bootstrap of the median over the raw samples, all of which are in \`report.json\`; ‡
  counts the samples outside Tukey's fences, which are kept.
- Peak memory is the exact peak of live GPU buffers, by the program's own ledger; “the step's” is that less the weights,
  their gradients (as many bytes) and the optimizer's state, which do not depend on the audio.
- Recomputation keeps only the input of each block for the backward pass, which computes the block once more.
- Loss and norm show that training is what was timed: engines that compute the same function start alike.
- A point without a measurement is a row with its reason, never left out.
- \`deno task verify report.json\` recomputes every figure here from the samples.`;
