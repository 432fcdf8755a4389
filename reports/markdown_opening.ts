import { comparisonSentences } from "./comparison.ts";
import { formatRange, significant } from "./format.ts";
import { growthSentence, seriesIn } from "./growth.ts";
import { deviceLine, machineNotices } from "./markdown_environment.ts";
import { isMeasured } from "./quantity.ts";
import type { Row, ScalingReport } from "./schema.ts";

/** What a reader sees first: cautions, device and setting, the command, and what was found in words. */
export function openingSection(report: ScalingReport): string {
  return [
    notices(report),
    setting(report),
    `\`\`\`sh\n${report.environment.command}\n\`\`\``,
    findings(report),
  ].filter((part) => part !== "").join("\n\n");
}

/** What a reader must know before any figure. */
function notices({ environment, rows, interrupted }: ScalingReport): string {
  const { dataset } = environment;
  const missing = rows.filter((row) => row.status !== "ok").length;
  return [
    interrupted ? "The run was **interrupted**: points whose turn had not come are not in this report." : "",
    dataset.source === "generated"
      ? "The audio is **generated audio, not speech**: lengths and compute are real, transcripts mean nothing."
      : "The audio is recorded speech, stitched to length.",
    ...machineNotices(environment),
    whisperNotice(environment, rows),
    missing > 0 ? `${missing} of ${rows.length} points have **no measurement**; each row says why.` : "",
  ].filter((notice) => notice !== "").map((notice) => `> ${notice}`).join("\n>\n");
}

/** That the real Whisper ran elsewhere than the other engines; empty where it did not run. */
function whisperNotice({ cpu, cpu_cores, weights }: ScalingReport["environment"], rows: readonly Row[]): string {
  if (!rows.some(({ engine, status }) => engine === "whisper" && status === "ok")) return "";
  const { runtime, dtype } = weights?.whisper?.settings ?? {};
  const how = [runtime, dtype].filter((part) => part !== undefined).join(", ");
  return `**whisper** computed on the **CPU** (${cpu}, ${cpu_cores} cores${
    how === "" ? "" : `; ${how}`
  }), from samples to ` +
    "text with its decoder; the other engines on the adapter, up to the CTC head: times tell machines and work apart as much " +
    "as models. Its growth with length is its own.";
}

/** Device, models and protocol in one sentence. */
function setting({ environment, rows, frame_rate_hz }: ScalingReport): string {
  const { parameters, weights = {} } = environment;
  const measured = rows.filter((row) => row.status === "ok");
  const each = (values: readonly (number | string)[]): string => [...new Set(values)].join(", ");
  const encoders = Object.values(parameters).map(({ encoder }) => encoder);
  const trained = Object.entries(weights).map(([engine, { name }]) => `${engine} (${name})`);
  const forced = rows.map(({ forced_tokens }) => forced_tokens);
  const parts = [
    deviceLine(environment),
    `preset ${each(rows.map(({ preset }) => preset))}` +
    (encoders.length === 0 ? "" : ` (encoders of ${parameterRange(encoders)} parameters)`),
    ...(trained.length === 0 ? [] : [`trained weights, whatever the preset, for ${trained.join(", ")}`]),
    `${formatRange(rows.map(({ minutes }) => minutes))} of audio at ${frame_rate_hz} encoder frames per second`,
    ...(measured.length === 0 ? [] : [
      `each point in a process of its own, ${counts(measured.map((row) => row.warmups))} untimed and then ` +
      `${counts(measured.map(({ seconds }) => seconds.samples.length))} timed repeats`,
    ]),
    // Whisper has none, which is nothing to tell beside those that have.
    `${each(forced.some((count) => count > 0) ? forced.filter((count) => count > 0) : forced)} forced tokens for the ` +
    "decoder's stages",
  ];
  return `${parts.join("; ")}.`;
}

/** "3–10" from the least and the greatest. */
function counts(values: readonly number[]): string {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  return least === greatest ? String(least) : `${least}–${greatest}`;
}

/** "12.3–14.1 million" from the least and the greatest. */
function parameterRange(values: readonly number[]): string {
  const { size, name } = Math.max(...values) < 1e6 ? { size: 1e3, name: "thousand" } : { size: 1e6, name: "million" };
  const [least, greatest] = [Math.min(...values), Math.max(...values)].map((value) => significant(value / size));
  return `${least === greatest ? least : `${least}–${greatest}`} ${name}`;
}

/** What was found at the smallest batch; the others have a section of their own further down. */
function findings(report: ScalingReport): string {
  const [first, ...others] = batchesOf(report);
  const links = others.map((batch) => `[batch ${batch}](#batch-${batch})`).join(", ");
  const lengths = [...new Set(report.rows.map(({ minutes }) => minutes))].sort((p, q) => p - q);
  return [
    `## Growth with the audio's length${others.length === 0 ? "" : `, batch ${first}`}`,
    "Each figure is the exponent k of c · minutes^k with its 95 % interval: 0 is constant, 1 linear, 2 quadratic. " +
    `Lengths: ${lengths.join(", ")} min. End-to-end time has fixed costs in it, which pull its exponent down` +
    (isMeasured(report.rows, "encoder_seconds")
      ? "; hence, beside it, log-mel, encoder and CTC head by the GPU's clock, the encoder time."
      : ".") +
    (others.length === 0 ? "" : ` The same for ${links} is further down.`),
    growthList(report, first),
    `## Samba against the transformers${others.length === 0 ? "" : `, batch ${first}`}`,
    comparisonList(report, first),
  ].join("\n\n");
}

/** What was found at the other batches. */
export function batchSections(report: ScalingReport): string {
  return batchesOf(report).slice(1)
    .map((batch) => `## Batch ${batch}\n\n${growthList(report, batch)}\n\n${comparisonList(report, batch)}`)
    .join("\n\n");
}

function batchesOf({ rows }: ScalingReport): number[] {
  return [...new Set(rows.map(({ batch }) => batch))].sort((p, q) => p - q);
}

function growthList(report: ScalingReport, batch: number): string {
  return seriesIn(report).filter((one) => one.batch === batch).map((one) => `- ${growthSentence(report, one)}`).join(
    "\n",
  );
}

function comparisonList(report: ScalingReport, batch: number): string {
  const sentences = comparisonSentences(report, batch).map((sentence) => `- ${sentence}`);
  return sentences.length === 0
    ? "Nothing to compare: no samba engine and another were measured."
    : sentences.join("\n");
}
