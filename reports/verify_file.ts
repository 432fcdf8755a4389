import { dirname, join } from "node:path";
import type { Difference } from "./compare.ts";
import { InputError } from "./errors.ts";
import { JOURNAL_FILE } from "./eval_schema.ts";
import { gateFile, readGate } from "./gate/read.ts";
import { GATE_FACTS, verifyGate } from "./gate/verify.ts";
import { GATE_MARKDOWN } from "./gate/write.ts";
import { readAnyReport, type Report, reportFile } from "./read.ts";
import { compareDrawing, drawingsOf } from "./verify/drawings.ts";
import { figuresOf } from "./verify/figures.ts";
import { DIGEST_FACT, unverifiableFacts, unverifiableFields } from "./verify/unverifiable.ts";

/** What came of verifying a report. */
export interface Verification {
  readonly file: string;
  readonly differences: readonly Difference[];
  /** Name of the Markdown that belongs beside it, and its text, or null when there is none. */
  readonly markdownName: string;
  readonly markdown: string | null;
  /** Names of the drawings that were drawn again and compared. */
  readonly drawings: readonly string[];
  /** What was recomputed, in words: "16 rows, 16 fits, 16 crossovers". */
  readonly contents: string;
  /** What nothing beside the report can show, a phrase each. */
  readonly unverifiable: readonly string[];
  /** Patterns of the numbers in which a change can pass unseen: rows[].warmups. */
  readonly unverifiableFields: readonly string[];
}

/**
 * Verifies the report at `path`, a file or the folder that holds it, of any kind or of the gate, with the Markdown, the journal and the
 * drawings beside it. Throws InputError.
 */
export async function verifyFile(path: string): Promise<Verification> {
  const gate = await gateFile(path);
  if (gate !== null) return await verifyGateFile(gate);
  const file = await reportFile(path);
  const report = await readAnyReport(file);
  const beside = (name: string): string => join(dirname(file), name);
  const markdownName = report.kind === "kernels" ? "kernels.md" : "report.md";
  const markdown = decoded(await readIfThere(beside(markdownName)));
  const journal = report.kind === "eval" ? await readIfThere(beside(JOURNAL_FILE)) : null;
  const figures = await figuresOf(report, journal, beside(JOURNAL_FILE), markdown);
  const drawn = figures.differences.length === 0
    ? await drawingsBeside(report, beside)
    : { differences: [], drawings: [], unverifiable: notJudged(report) };
  return {
    file,
    differences: [...figures.differences, ...drawn.differences],
    markdownName,
    markdown,
    drawings: drawn.drawings,
    contents: contentsOf(report),
    unverifiable: [...figures.unverifiable, ...unverifiableFacts(report), ...drawn.unverifiable],
    unverifiableFields: unverifiableFields(report),
  };
}

async function verifyGateFile(file: string): Promise<Verification> {
  const report = await readGate(file);
  const markdown = decoded(await readIfThere(join(dirname(file), GATE_MARKDOWN)));
  const { exact, timing, stored, digest } = report;
  const rows = (timing?.rows.length ?? 0) + (stored?.rows.length ?? 0);
  const items = exact?.compared.reduce((sum, { items }) => sum + items, 0) ?? 0;
  return {
    file,
    differences: verifyGate(report, markdown),
    markdownName: GATE_MARKDOWN,
    markdown,
    drawings: [],
    contents: `${items} items, ${timing?.rounds.length ?? 0} rounds, ${rows} rows`,
    unverifiable: [
      ...GATE_FACTS,
      ...(digest === undefined ? ["samples of which no figure is made, as it has no digest"] : [DIGEST_FACT]),
    ],
    unverifiableFields: [],
  };
}

async function drawingsBeside(report: Report, beside: (name: string) => string) {
  const differences: Difference[] = [];
  const drawings: string[] = [];
  const unverifiable: string[] = [];
  for (const drawing of drawingsOf(report)) {
    const stated = decoded(await readIfThere(beside(drawing.file)));
    if (stated === null) {
      unverifiable.push(`${drawing.file}, which is not beside it`);
      continue;
    }
    const drawn = await drawing.render().catch((error) => error instanceof Error ? error : new Error(String(error)));
    if (drawn instanceof Error) {
      // Vega is fetched when it is first needed, which fails without a network.
      unverifiable.push(`${drawing.file}: it could not be drawn again (${drawn.message.split("\n")[0]})`);
      continue;
    }
    differences.push(...compareDrawing(stated, drawn, drawing.file));
    drawings.push(drawing.file);
  }
  return { differences, drawings, unverifiable };
}

function notJudged(report: Report): string[] {
  const files = drawingsOf(report).map(({ file }) => file);
  return files.length === 0 ? [] : [`${files.join(", ")}: not compared, since figures that they show differ`];
}

function contentsOf(report: Report): string {
  if (report.kind === "eval") return `${report.utterances.count} utterances, ${report.scores.length} scores`;
  if (report.kind === "training") {
    const { throughput, long } = report;
    return `${(throughput?.rows.length ?? 0) + (long?.rows.length ?? 0)} rows, ${long?.fits.length ?? 0} fits`;
  }
  const rows = `${report.rows.length} rows`;
  return report.kind === "kernels"
    ? rows
    : `${rows}, ${report.fits.length} fits, ${report.crossovers.length} crossovers`;
}

function decoded(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

/** Bytes of a file, or null when there is none. */
async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new InputError(`${path}: cannot be read (${error instanceof Error ? error.message : error}); move it away`);
  }
}
