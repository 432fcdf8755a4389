/** Made-up reports for the ledger's tests. */
import { buildReport } from "../derive.ts";
import type { EvalReport } from "../eval_schema.ts";
import { exampleEval } from "../example_eval.ts";
import { exampleReport } from "../example_report.ts";
import { summarise } from "../rows.ts";
import type { MeasuredRow, ScalingReport } from "../schema.ts";
import type { TrainedModel } from "../claims.ts";
import type { Claim, PublishedReport } from "./claim.ts";
import { CLAIMS } from "../claims.ts";

/** The claim of this identifier. */
export function claimOf(id: string): Claim {
  const claim = CLAIMS.find((one) => one.id === id);
  if (claim === undefined) throw new Error(`no claim ${id}`);
  return claim;
}

/** Reports as if they lay in folders "0", "1", ... */
export function published(...reports: readonly PublishedReport["report"][]): PublishedReport[] {
  return reports.map((report, i) => ({ path: `${i}/report.json`, report }));
}

/** The example of a scaling report with its measured rows as `change` leaves them, and all figures derived anew. */
export function scalingWith(change: (row: MeasuredRow) => void): ScalingReport {
  const { environment, rows, frame_rate_hz } = exampleReport();
  for (const row of rows) if (row.status === "ok") change(row);
  return buildReport(environment, rows, frame_rate_hz, false);
}

/** Gives a row ten times near `seconds` in place of what it has of encoder and end-to-end time. */
export function setSeconds(row: MeasuredRow, seconds: number): void {
  const samples = Array.from({ length: 10 }, (_, i) => seconds * (1 + 0.001 * i));
  row.seconds = summarise(samples);
  row.encoder_seconds = summarise(samples);
}

/** Gives a row a stage of the decoder. */
export function setStage(row: MeasuredRow, name: string, seconds: number): void {
  const samples = row.seconds.samples.map((_, i) => seconds * (1 + 0.001 * i));
  row.stages = [...row.stages.filter((one) => one.name !== name), { name, clock: "gpu", seconds: summarise(samples) }];
}

/** What an evaluation of a model of this suite is to say. */
interface Evaluated {
  readonly dataset: string;
  readonly model: string;
  readonly engine?: string;
  readonly decoding?: string;
  readonly seed?: number;
}

/** An evaluation of a whole set, with the rate and interval of every protocol as given, in per cent. */
export function evaluated(
  { dataset, model, engine = "samba", decoding = "ctc", seed = 1 }: Evaluated,
  [wer, lower, upper]: readonly [number, number, number],
): EvalReport {
  const { report } = exampleEval((header) => {
    const weights = { name: `${model}.safetensors`, sha256: String(seed).repeat(64) };
    header.engine = { engine, weights, settings: { model, config: `hash of ${model}`, decoding } };
    header.dataset.id = dataset;
    header.dataset.expected = { utterances: header.dataset.found, words: null, hours: null };
  });
  for (const score of report.scores) {
    score.wer = wer / 100;
    score.interval = { lower: lower / 100, upper: upper / 100, level: 0.95 };
  }
  return report;
}

/** Models of two recipes. */
export const MODELS: readonly TrainedModel[] = [
  { name: "large", family: "samba", recipe: "all", crossConnection: "mamba", hours: 15000 },
  { name: "small", family: "samba", recipe: "few", crossConnection: "mamba", hours: 960 },
  { name: "small-attention", family: "samba", recipe: "few", crossConnection: "attention", hours: 960 },
  { name: "small-transformer", family: "transformer", recipe: "few", crossConnection: "attention", hours: 960 },
];

/** An evaluation of one of {@link MODELS}, or of another. */
export function on(
  model: string,
  rate: readonly [number, number, number],
  dataset = "librispeech-clean",
): EvalReport {
  return evaluated({ dataset, model }, rate);
}
