import type { EvalReport, EvalScore } from "./eval_schema.ts";
import { formatBytes, formatSeconds, significant } from "./format.ts";

/** A whole number with its thousands set apart: "2,939". */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

/** A rate in per cent with two decimals, as published rates have it: "11.80". */
export function formatPercent(rate: number): string {
  return (100 * rate).toFixed(2);
}

/** "11.80 % [10.21, 13.52]"; says so where there is no interval, or no rate. */
export function formatRate({ wer, interval }: EvalScore): string {
  if (wer === null) return "– (no words)";
  if (interval === null) return `${formatPercent(wer)} % (no interval)`;
  return `${formatPercent(wer)} % [${formatPercent(interval.lower)}, ${formatPercent(interval.upper)}]`;
}

/** "10 speakers": what the interval took as independent. */
export function intervalSource({ interval_from, interval_blocks }: EvalScore): string {
  return interval_from === null ? "–" : `${formatCount(interval_blocks)} ${interval_from}`;
}

/** "WER [95 %]": what `formatRate` shows. */
export function rateTitle({ scores }: EvalReport): string {
  const level = scores.find(({ interval }) => interval !== null)?.interval?.level;
  return level === undefined ? "WER" : `WER [${Number((100 * level).toFixed(1))} %]`;
}

/** Whether every utterance of the published set was evaluated, but for those that its own rules drop. */
export function isWholeSet({ dataset }: EvalReport): boolean {
  return dataset.evaluated + dataset.dropped === dataset.expected.utterances;
}

/**
 * How much of the test set was evaluated, in words: "all 2,939 utterances", or "100 of 2,939 utterances: a part, not the
 * test set", which is to stand wherever a rate does.
 */
export function coverage(report: EvalReport): string {
  const { evaluated, dropped, expected } = report.dataset;
  const aside = dropped === 0 ? "" : `, ${formatCount(dropped)} of them never scored by the set's own rules`;
  if (isWholeSet(report)) return `all ${formatCount(expected.utterances)} utterances${aside}`;
  const of = `${formatCount(evaluated)} of ${formatCount(expected.utterances)} utterances`;
  return evaluated + dropped > expected.utterances
    ? `${of}: more than the test set has`
    : `${of}: a part, not the test set`;
}

/** Why it is not the whole set, as far as it was asked for or happened: "interrupted", "shard 2 of 4", ... */
export function reasonsForPart(report: EvalReport): string[] {
  const { dataset: { found, dropped, expected }, limit, shard, interrupted } = report;
  if (isWholeSet(report)) return [];
  return [
    ...(interrupted ? ["the run was interrupted"] : []),
    ...(shard === null ? [] : [`it is shard ${shard.index} of ${shard.of}`]),
    ...(limit === null ? [] : [`\`--limit ${limit}\` was given`]),
    ...(found + dropped !== expected.utterances
      ? [`the copy of the set that was found has ${formatCount(found)} utterances`]
      : []),
  ];
}

/** "librispeech-other (test-other)". */
export function datasetName({ dataset: { id, split } }: EvalReport): string {
  return `${id} (${split})`;
}

/** "whisper (whisper-base)": the engine with its weights' name, where it has any. */
export function engineName({ engine: { engine, weights } }: EvalReport): string {
  return weights === null ? engine : `${engine} (${weights.name})`;
}

/** "5.15: 788 s of audio in 153 s"; says so where nothing was transcribed. */
export function formatRtfx({ rtfx: { value, audio_seconds, processing_seconds } }: EvalReport): string {
  if (value === null) return "none: nothing was transcribed";
  return `${significant(value)}: ${formatSeconds(audio_seconds)} of audio in ${formatSeconds(processing_seconds)}`;
}

/** Peaks of memory by who saw them: "512 MiB (ledger)", "1.21 GiB (maxRSS)"; [] where nothing could. */
export function memoryPeaks(
  { memory: { ledger_peak_bytes, outside_peak_bytes, outside_source } }: EvalReport,
): string[] {
  return [
    ...(ledger_peak_bytes === null ? [] : [`${formatBytes(ledger_peak_bytes)} (ledger)`]),
    ...(outside_peak_bytes === null ? [] : [`${formatBytes(outside_peak_bytes)} (${outside_source})`]),
  ];
}

/** "3 of 100 utterances could not be transcribed", and what became of their words; null where there are none. */
export function badUtterances({ bad, skip_bad, dataset }: EvalReport): string | null {
  if (bad.length === 0) return null;
  const fate = skip_bad ? "they are left out of the scores (--skip-bad)" : "their words count as deletions";
  return `${formatCount(bad.length)} of ${formatCount(dataset.evaluated)} utterances could not be transcribed; ${fate}`;
}
