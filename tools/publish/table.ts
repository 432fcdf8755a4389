/**
 * The table of trained models: `deno run --allow-read tools/publish/table.ts OUT`, OUT being what trainings.sh filled. Dev
 * WER is that of the weights kept (the least mean of both heads'), test WER under raw-v1; every seed, then mean and sample
 * deviation.
 */
import { readLog } from "../../benchmarks/train/log.ts";
import { readAnyReport } from "../../reports/read.ts";

interface Row {
  readonly seed: string;
  readonly dev: { readonly ctc: number; readonly decoder: number; readonly unseen: number | null };
  readonly test: { readonly ctc: number | null; readonly decoder: number | null };
}

async function bestDev(folder: string): Promise<Row["dev"] | null> {
  const lines = (await readLog(folder))?.lines.filter((line) => line.kind === "dev") ?? [];
  const found = lines.map(({ wer_ctc, wer_greedy, wer_greedy_unseen }) => ({
    ctc: wer_ctc!,
    decoder: wer_greedy!,
    unseen: wer_greedy_unseen,
  }));
  return found.toSorted((a, b) => a.ctc + a.decoder - b.ctc - b.decoder)[0] ?? null;
}

async function testWer(folder: string): Promise<number | null> {
  if (!await Deno.stat(folder).then(() => true, () => false)) return null;
  const report = await readAnyReport(folder);
  if (report.kind !== "eval") throw new Error(`${folder}: holds a report of ${report.kind}`);
  return report.scores.find(({ protocol }) => protocol === "raw-v1")!.wer;
}

/** "5.1 5.4 4.9 (5.1 ± 0.3)", in percent. */
function summary(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null).map((value) => 100 * value);
  if (known.length === 0) return "–";
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1));
  const each = known.map((value) => value.toFixed(1)).join(" ");
  return known.length === 1 ? each : `${each} (${mean.toFixed(1)} ± ${deviation.toFixed(1)})`;
}

const [out] = Deno.args;
const models = new Map<string, Row[]>();
for (const { name } of [...Deno.readDirSync(out)].toSorted((a, b) => a.name < b.name ? -1 : 1)) {
  const [, model, seed] = /^train-(.+)-(\d+)$/.exec(name) ?? [];
  if (model === undefined) continue;
  const dev = await bestDev(`${out}/${name}`);
  if (dev === null) continue;
  const [ctc, decoder] = await Promise.all(
    ["ctc", "greedy"].map((decode) => testWer(`${out}/eval-an4-${model}-${seed}-${decode}`)),
  );
  models.set(model, [...models.get(model) ?? [], { seed, dev, test: { ctc, decoder } }]);
}
console.log("| model | seeds | dev CTC | dev decoder | dev unseen | test CTC | test decoder |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const [model, rows] of models) {
  const cells = [
    rows.map(({ dev }) => dev.ctc),
    rows.map(({ dev }) => dev.decoder),
    rows.map(({ dev }) => dev.unseen),
    rows.map(({ test }) => test.ctc),
    rows.map(({ test }) => test.decoder),
  ].map(summary);
  console.log(`| ${[model, rows.map(({ seed }) => seed).join(" "), ...cells].join(" | ")} |`);
}
