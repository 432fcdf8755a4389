import { join } from "node:path";
import { InputError } from "./errors.ts";
import { scalingReport, SCHEMA_VERSION } from "./schema.ts";
import type { ScalingReport } from "./schema.ts";

/** The report's own file when `path` is a folder, else `path`. */
export async function reportFile(path: string): Promise<string> {
  const found = await Deno.stat(path).catch(() => null);
  return found?.isDirectory ? join(path, "report.json") : path;
}

/**
 * Reads and validates a scaling report from a file, or from report.json in a folder. Throws InputError, one line that
 * names the file, the field and the remedy.
 */
export async function readReport(path: string): Promise<ScalingReport> {
  const file = await reportFile(path);
  const text = await Deno.readTextFile(file).catch((error) => {
    if (error instanceof Deno.errors.NotFound) {
      throw new InputError(`${file}: no such file; give a report.json or the folder that holds one`);
    }
    throw new InputError(`${file}: cannot be read (${error instanceof Error ? error.message : error})`);
  });
  return parseReport(text, file);
}

/** Validates the text of a report; `file` is what errors call it. Throws InputError. */
export function parseReport(text: string, file: string): ScalingReport {
  const again = "measure again with `deno task bench:scaling`";
  if (text.trim() === "") throw new InputError(`${file}: empty; ${again}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: not JSON (${error instanceof Error ? error.message : error}); ${again}`);
  }
  const { kind, schema_version } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (kind !== "scaling") {
    throw new InputError(
      `${file}: kind is ${JSON.stringify(kind) ?? "missing"}; give a report whose kind is "scaling"`,
    );
  }
  if (schema_version !== SCHEMA_VERSION) {
    const found = JSON.stringify(schema_version) ?? "missing";
    const remedy = "use the version of samba-asr-bench that wrote it";
    throw new InputError(`${file}: schema_version is ${found}, this program reads ${SCHEMA_VERSION}; ${remedy}`);
  }
  const result = scalingReport.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  const others = result.error.issues.length > 1 ? ` (and ${result.error.issues.length - 1} more)` : "";
  throw new InputError(`${file}: ${fieldPath(path)}: ${message}${others}; correct the field or ${again}`);
}

/** A path as a person would write it: rows[3].seconds.median. */
function fieldPath(path: readonly PropertyKey[]): string {
  return path.map((part) => typeof part === "number" ? `[${part}]` : `.${String(part)}`).join("").replace(/^\./, "") ||
    "report";
}
