import {
  badUtterances,
  coverage,
  datasetName,
  engineName,
  formatCount,
  formatPercent,
  formatRate,
  formatRtfx,
  intervalSource,
  isWholeSet,
  memoryPeaks,
  rateTitle,
  reasonsForPart,
} from "./eval_text.ts";
import type { EvalErrors, EvalReport } from "./eval_schema.ts";
import { formatSeconds } from "./format.ts";
import { deviceLine, machineNotices, machineTable, pairs } from "./markdown_environment.ts";
import { markdownTable } from "./markdown_table.ts";

/** The whole eval report as Markdown; everything in it comes from `report`, so that `verify` can render it again. */
export function evalMarkdown(report: EvalReport): string {
  return [
    `# Word error rate: ${plain(datasetName(report))} by ${plain(engineName(report))}`,
    notices(report),
    setting(report),
    `\`\`\`sh\n${report.environment.command}\n\`\`\``,
    scoreSection(report),
    `## Speed and memory\n\n${speedTable(report)}`,
    `## Data set and engine\n\n${subjectTable(report)}`,
    errorSection(report.errors),
    badSection(report),
    READING,
    environmentSection(report),
  ].filter((section) => section !== "").join("\n\n") + "\n";
}

/** What a reader must know before any figure. */
function notices(report: EvalReport): string {
  const { dataset, merged_from, environment, interrupted } = report;
  const bad = badUtterances(report);
  return [
    ...(isWholeSet(report) ? [] : [
      `**${sentence(coverage(report))}** No rate here is one of ${datasetName(report)}, nor to be compared with ` +
      `published ones: ${reasonsForPart(report).join("; ") || "utterances are missing"}.`,
    ]),
    ...(interrupted && isWholeSet(report) ? ["The run was **interrupted**."] : []),
    ...(bad === null ? [] : [`**${bad}.**`]),
    ...otherReferences(report),
    ...(merged_from === null ? [] : [
      `Merged from ${merged_from} shard${
        merged_from === 1 ? "" : "s"
      }: the environment is the first one's, and speed ` +
      "is that of all machines together, each by the time that it worked.",
    ]),
    ...(dataset.id === "synthetic" ? ["Recorded speech, **stitched** to length: not a published test set."] : []),
    ...(dataset.id === "synthetic-speech"
      ? ["**Synthesised** speech, of no person: this says nothing about recordings."]
      : []),
    ...machineNotices(environment),
  ].map((notice) => `> ${notice}`).join("\n>\n");
}

/** As many utterances as the set has, but other words: prepared otherwise, or damaged. */
function otherReferences(report: EvalReport): string[] {
  const { dataset: { evaluated, expected }, scores } = report;
  const raw = scores.find(({ protocol }) => protocol === "raw-v1");
  if (!isWholeSet(report) || expected.words === null || raw === undefined || raw.utterances < evaluated) return [];
  if (raw.words === expected.words) return [];
  return [
    `The references have **${formatCount(raw.words)} words, those of the published set ` +
    `${formatCount(expected.words)}**: they were prepared otherwise, and rates do not compare.`,
  ];
}

/** Who transcribed what on which machine, in one sentence. */
function setting(report: EvalReport): string {
  const { environment, batch } = report;
  return [
    deviceLine(environment),
    `${plain(engineName(report))} on ${datasetName(report)}`,
    coverage(report),
    batch === 1 ? "one recording a call" : `up to ${batch} recordings a call`,
  ].join("; ") + ".";
}

function scoreSection(report: EvalReport): string {
  const counts = ["Substituted", "Deleted", "Inserted", "Correct", "Words", "Utterances"];
  const header = ["Protocol", rateTitle(report), "Interval from", ...counts, "CER"];
  const rows = report.scores.map((score) => [
    score.protocol,
    formatRate(score),
    intervalSource(score),
    ...[score.substitutions, score.deletions, score.insertions, score.correct, score.words, score.utterances]
      .map(formatCount),
    score.cer === null ? "–" : `${formatPercent(score.cer)} %`,
  ]);
  return `## Word error rate, ${coverage(report)}\n\n${markdownTable(header, rows, header.slice(1))}`;
}

function speedTable(report: EvalReport): string {
  const { ledger_peak_bytes, outside_peak_bytes } = report.memory;
  const unseen = [
    ...(ledger_peak_bytes === null ? ["the engine's own buffers are not counted"] : []),
    ...(outside_peak_bytes === null ? ["nothing saw it from outside"] : []),
  ].join("; ");
  const peaks = memoryPeaks(report).join(", ");
  return markdownTable(["What", "Value"], [
    ["RTFx (audio over processing)", formatRtfx(report)],
    ["Loading, not in RTFx", formatSeconds(report.load_seconds)],
    ["Peak memory", [peaks, unseen].filter((part) => part !== "").join("; ")],
  ]);
}

function subjectTable({ dataset, engine, skip_bad, limit, shard }: EvalReport): string {
  const { expected } = dataset;
  const published = [
    `${formatCount(expected.utterances)} utterances`,
    ...(expected.words === null ? [] : [`${formatCount(expected.words)} words`]),
    ...(expected.hours === null ? [] : [`${expected.hours} h`]),
  ].join(", ");
  const dropped = dataset.dropped === 0
    ? ""
    : `, and ${formatCount(dataset.dropped)} that the set's own rules never score`;
  return markdownTable(["What", "Value"], [
    ["Data set", `${dataset.id}, ${dataset.split}, version ${dataset.version}`],
    ["Read from", plain(dataset.form)],
    ["The published set", published],
    ["Found", `${formatCount(dataset.found)} utterances${dropped}`],
    ["Evaluated", `${formatCount(dataset.evaluated)} utterances`],
    ["Asked for", asked(limit, shard, skip_bad)],
    ["SHA-256 of the references found", dataset.sha256],
    ["Engine", engine.engine],
    ["Weights", engine.weights === null ? "none" : plain(engine.weights.name)],
    ...(engine.weights === null ? [] : [["SHA-256 of the weights", engine.weights.sha256]]),
    ["Settings", plain(pairs(engine.settings))],
  ]);
}

function asked(limit: number | null, shard: EvalReport["shard"], skipBad: boolean): string {
  return [
    limit === null ? "all that was found" : `the first ${formatCount(limit)}`,
    ...(shard === null ? [] : [`shard ${shard.index} of ${shard.of}`]),
    ...(skipBad ? ["without those that could not be transcribed"] : []),
  ].join(", ");
}

function errorSection({ substitutions, deletions, insertions }: EvalErrors): string {
  const rows = Math.max(substitutions.length, deletions.length, insertions.length);
  if (rows === 0) return "";
  const word = (entry: { word: string; count: number } | undefined): string[] =>
    entry === undefined ? ["", ""] : [plain(entry.word), formatCount(entry.count)];
  const pair = (entry: EvalErrors["substitutions"][number] | undefined): string[] =>
    entry === undefined
      ? ["", ""]
      : [`${plain(entry.reference)} → ${plain(entry.hypothesis)}`, formatCount(entry.count)];
  const table = markdownTable(
    ["Substituted", "Times", "Deleted", "Times", "Inserted", "Times"],
    Array.from({ length: rows }, (_, i) => [...pair(substitutions[i]), ...word(deletions[i]), ...word(insertions[i])]),
    ["Times"],
  );
  return `## The most frequent errors, by whisper-en-v1\n\n${table}`;
}

function badSection({ bad }: EvalReport): string {
  if (bad.length === 0) return "";
  const rows = bad.map(({ id, status, reason }) => [plain(id), status, plain(reason)]);
  return `## Utterances that could not be transcribed\n\n${markdownTable(["Utterance", "Status", "Reason"], rows)}`;
}

const READING = `## How to read this

- WER is errors over words of the references, all utterances together: substituted, deleted and inserted words of the
  alignment with the fewest. CER is the same of characters.
- The interval in brackets is by bootstrap over whole speakers, and holds for other speakers of the same kind; from
  utterances, where speakers are not told or fewer than five, it is too narrow for others. Below five utterances there is
  none. It says nothing of other kinds of speech.
- \`raw-v1\` compares the texts as they stand, upper-cased; \`whisper-en-v1\` after OpenAI's English normaliser, which most
  published rates of today's recognisers went through. Rates under different protocols do not compare.
- RTFx is seconds of audio over seconds of processing, of the utterances that were transcribed: everything from samples in
  memory to text, without decoding audio files, and without loading.
- Each reference and hypothesis is in \`utterances.jsonl\`, as corpus and engine gave them; \`deno task verify report.json\`
  scores them again and compares every figure here. Times and memory were measured once, and cannot be recomputed.`;

function environmentSection({ environment }: EvalReport): string {
  const hashes = Object.entries(environment.wgsl_hashes).map(([kernel, hash]) => [`kernel ${kernel}`, hash]);
  return [
    "## Environment",
    machineTable(environment, []),
    ...(hashes.length === 0 ? [] : [markdownTable(["SHA-256 of", "Hash"], hashes)]),
  ].join("\n\n");
}

/** A text from outside, of which Markdown makes nothing. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_<>[\]]/g, "\\$&");
}

function sentence(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}
