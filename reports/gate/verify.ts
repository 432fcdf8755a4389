import { basename, dirname, join } from "node:path";
import { compare, compareText, type Difference } from "../compare.ts";
import { InputError } from "../errors.ts";
import { fieldPath } from "../field_path.ts";
import { digestDifferences } from "../verify/report_digest.ts";
import { deriveGate } from "./derive.ts";
import { gateMarkdown } from "./markdown.ts";
import { GATE_SCHEMA_VERSION, type GateReport, gateReport } from "./schema.ts";

/** The gate's report, as `gate --out` names it. */
export const GATE_FILE = "gate.json";

/** Ratios and intervals pass through logarithms, whose last bit may differ between processors and V8 versions. */
const LOGARITHM_TOLERANCE = 1e-9;

/** What nothing beside a gate's report can show, a phrase each. */
export const GATE_FACTS: readonly string[] = [
  "times, which were measured once",
  "what the exact lane found, which only a run gives again",
  "that command, commit, machine and versions were those of environment",
];

/** The gate's report that `path` names: gate.json itself, or the folder that holds it; null where it names none. */
export async function gateFile(path: string): Promise<string | null> {
  if (basename(path) === GATE_FILE) return path;
  const file = join(path, GATE_FILE);
  return await Deno.stat(file).then(({ isFile }) => isFile ? file : null, () => null);
}

/** Reads and validates a gate's report. Throws InputError, one line that names the file, the field and the remedy. */
export async function readGate(file: string): Promise<GateReport> {
  const again = "run `deno task gate --out DIR` again";
  const text = await Deno.readTextFile(file).catch((error) => {
    throw new InputError(`${file}: cannot be read (${error instanceof Error ? error.message : error}); ${again}`);
  });
  let value: { readonly schema_version?: unknown } | null;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: not JSON (${error instanceof Error ? error.message : error}); ${again}`);
  }
  const found = value?.schema_version;
  if (found !== GATE_SCHEMA_VERSION) {
    const stated = JSON.stringify(found) ?? "missing";
    throw new InputError(`${file}: schema_version is ${stated}, this program reads ${GATE_SCHEMA_VERSION}; ${again}`);
  }
  const result = gateReport.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  throw new InputError(`${file}: ${fieldPath(path) || "report"}: ${message}; ${again}`);
}

/**
 * Recomputes the rows, verdicts, messages and exit code of a gate's report from its samples and differences, its Markdown
 * where `markdown` is not null, and compares the rest with its digest. No difference: [].
 */
export function verifyGate(report: GateReport, markdown: string | null): Difference[] {
  const { digest: _, ...stated } = report;
  const differences = [
    ...compare(stated, deriveGate(report), "", LOGARITHM_TOLERANCE)
      .map(({ where, ...rest }) => ({ where: where.replace(/^\./, ""), ...rest })),
    ...(markdown === null ? [] : compareText(markdown, gateMarkdown(report), markdownOf(GATE_FILE))),
  ];
  const named = new Set(differences.map(({ where }) => where));
  return [...digestDifferences(report, null, GATE_FILE).filter(({ where }) => !named.has(where)), ...differences];
}

/** Where the Markdown of a gate's report lies. */
export function gateMarkdownFile(file: string): string {
  return join(dirname(file), markdownOf(file));
}

function markdownOf(file: string): string {
  return basename(file).replace(/\.json$/, ".md");
}
