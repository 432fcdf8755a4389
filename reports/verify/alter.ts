/**
 * What a sceptic does to a report: alters one number of it, one at a time, by the least that there is, and asks whether
 * verification sees it and names the place. `alter_all.ts` does so with every number of the published reports,
 * `alter_test.ts` with a sample of them.
 */
import { InputError } from "../errors.ts";
import { fieldPath } from "../field_path.ts";
import type { EvalReport } from "../eval_schema.ts";
import { parseReport, type Report } from "../read.ts";
import { fieldsOf, pathPattern } from "./fields.ts";
import { figuresOf } from "./figures.ts";
import { digestDifferences } from "./report_digest.ts";

/** A report with what lies beside it. */
export interface Subject {
  readonly name: string;
  readonly report: Report;
  readonly markdownName: string;
  readonly markdown: string;
  /** Of an eval report; null of others. */
  readonly journal: string | null;
  /** Drawings by file: they were found to be what the report gives. */
  readonly drawings: ReadonlyMap<string, string>;
}

/** One altered number. */
export interface Alteration {
  /** The file and where in it: "report.json rows[3].rtfx", "report.md line 12", ... */
  readonly place: string;
  /** The same with its indices left out. */
  readonly pattern: string;
  /** Places that verification names: [] where it sees nothing. */
  named(): Promise<readonly string[]>;
  /** Whether one of those says where the number is. */
  isNamed(places: readonly string[]): boolean;
}

/** The least change of a number: one more of a whole number, else the next double. */
export function nudged(value: number): number {
  if (Number.isInteger(value)) return value + 1;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + 1n);
  return bits.getFloat64(0);
}

/** Every number of the report's JSON. With `digestAlone` nothing is recomputed where the digest has told already. */
export function jsonAlterations(
  { report, journal }: Subject,
  markdown: string | null,
  digestAlone: boolean,
): Alteration[] {
  const file = report.kind === "kernels" ? "kernels.json" : "report.json";
  return fieldsOf(report).flatMap(({ path, value }): Alteration[] => {
    if (typeof value !== "number") return [];
    const where = fieldPath(path);
    const named = async (): Promise<readonly string[]> => {
      let altered: Report;
      try {
        altered = parseReport(JSON.stringify(withValue(report, path, nudged(value))), file);
      } catch (error) {
        if (error instanceof InputError) return [error.message];
        throw error;
      }
      if (digestAlone) {
        const told = digestDifferences(altered, journal, file).map(({ where }) => where);
        if (told.length > 0) return told;
      }
      const bytes = journal === null ? null : new TextEncoder().encode(journal);
      const { differences } = await figuresOf(altered, bytes, "utterances.jsonl", markdown);
      return differences.map(({ where }) => where);
    };
    const isNamed = (places: readonly string[]): boolean =>
      places.some((place) => place === where || isRefused(place, file, where));
    return [{ place: `${file} ${where}`, pattern: `${file} ${pathPattern(path)}`, named, isNamed }];
  });
}

/** Whether the one line of an InputError names the field, or the record or the row that it makes impossible. */
function isRefused(message: string, file: string, where: string): boolean {
  if (!message.startsWith(`${file}: `)) return false;
  const field = message.slice(file.length + 2).split(/[: ]/)[0];
  return where === field || where.startsWith(`${field}.`) || where.startsWith(`${field}[`);
}

/** A copy of `value` with `number` at `path`; what lies beside the path is shared. */
function withValue(value: unknown, [key, ...rest]: readonly (string | number)[], number: number): unknown {
  if (key === undefined) return number;
  const inner = withValue((value as Record<string | number, unknown>)[key], rest, number);
  return Array.isArray(value)
    ? value.with(key as number, inner)
    : { ...value as Record<string, unknown>, [key]: inner };
}

/** Every number in the journal's lines, its header among them. */
export function journalAlterations({ report, journal, markdown }: Subject): Alteration[] {
  if (journal === null) return [];
  const lines = journal.split("\n");
  return lines.flatMap((line, i) => {
    if (line === "") return [];
    const parsed: unknown = JSON.parse(line);
    return fieldsOf(parsed).flatMap(({ path, value }): Alteration[] => {
      if (typeof value !== "number") return [];
      const named = async (): Promise<readonly string[]> => {
        const text = lines.with(i, JSON.stringify(withValue(parsed, path, nudged(value)))).join("\n");
        try {
          const { differences } = await figuresOf(
            report as EvalReport,
            new TextEncoder().encode(text),
            "utterances.jsonl",
            markdown,
          );
          return differences.map(({ where }) => where);
        } catch (error) {
          if (error instanceof InputError) return [error.message];
          throw error;
        }
      };
      const line = `utterances.jsonl line ${i + 1}`;
      return [{
        place: `${line} ${fieldPath(path)}`,
        pattern: `utterances.jsonl ${i === 0 ? "header" : "line"} ${pathPattern(path)}`,
        named,
        isNamed: (places) => places.some((place) => place === line || place.startsWith(`utterances.jsonl:${i + 1}: `)),
      }];
    });
  });
}
