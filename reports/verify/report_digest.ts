import type { Difference } from "../compare.ts";
import type { Digest, ReportDigest } from "../digest_schema.ts";
import { JOURNAL_FILE } from "../eval_schema.ts";
import { fieldPath } from "../field_path.ts";
import { fieldsOf } from "./fields.ts";
import { digestOf, locate } from "./locate.ts";

/** A report of any kind. */
interface Digested {
  readonly digest?: ReportDigest | undefined;
}

/** A report with the digest of its fields, and of the lines of its journal where it has one: what is written to a file. */
export function withDigest<R extends Digested>(report: R, journal: string | null = null): R {
  const digest: ReportDigest = {
    fields: digestOf(itemsOf(report).map(({ item }) => item)),
    ...(journal === null ? {} : { lines: digestOf(linesOf(journal)) }),
  };
  // Last, since nobody reads it.
  const { digest: _, ...rest } = report;
  return { ...rest, digest } as R;
}

/** What was changed since the digest was taken: [] where nothing was, or where the report has none. */
export function digestDifferences(report: Digested, journal: string | null, file: string): Difference[] {
  if (report.digest === undefined) return [];
  const { fields, lines } = report.digest;
  const items = itemsOf(report);
  return [
    ...changes(fields, items.map(({ item }) => item), "digest.fields", file, (i) => items[i].path),
    ...(lines === undefined || journal === null
      ? []
      : changes(lines, linesOf(journal), "digest.lines", JOURNAL_FILE, (i) => `${JOURNAL_FILE} line ${i + 1}`)),
  ];
}

function changes(
  digest: Digest,
  items: readonly string[],
  name: string,
  file: string,
  placeOf: (index: number) => string,
): Difference[] {
  const finding = locate(digest, items);
  switch (finding.changed) {
    case "nothing":
      return [];
    case "item": {
      const stated = items[finding.index].split("\t").at(-1)!;
      const recomputed = `otherwise when the report was written, by ${name}`;
      return [{ where: placeOf(finding.index), stated: shortened(stated), recomputed }];
    }
    case "digest":
      return [{ where: `${name}.${finding.part}`, stated: "another digest", recomputed: "that of what stands here" }];
    case "several": {
      const stated = `${items.length} items`;
      return [{ where: file, stated, recomputed: `${digest.of}, several of them otherwise, by ${name}` }];
    }
  }
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** The digest's items: sorted, so that a program may write the fields in another order. */
function itemsOf(report: Digested): { readonly path: string; readonly item: string }[] {
  const { digest: _, ...rest } = report;
  return fieldsOf(rest)
    .map(({ path, value }) => ({ path: fieldPath(path), value }))
    .sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
    .map(({ path, value }) => ({ path, item: `${path}\t${JSON.stringify(value)}` }));
}

function linesOf(journal: string): string[] {
  return journal.split("\n");
}
