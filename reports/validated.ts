import type { z } from "zod";
import { InputError } from "./errors.ts";
import { fieldPath } from "./field_path.ts";

/** What a report is validated by. */
interface Format<R> {
  readonly schema: z.ZodType<R>;
  readonly version: number;
}

/** What to do about a report of another version, and about one with a wrong field. */
interface Remedies {
  readonly version: string;
  readonly field: string;
}

/** The value of a JSON text; `file` is what errors call it. Throws InputError. */
export function jsonValue(text: string, file: string, remedy: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: not JSON (${error instanceof Error ? error.message : error}); ${remedy}`);
  }
}

/** A report of this format. Throws InputError, one line that names the file, the first wrong field and the remedy. */
export function validated<R>(value: unknown, file: string, { schema, version }: Format<R>, remedies: Remedies): R {
  const found = (value as { readonly schema_version?: unknown } | null)?.schema_version;
  if (found !== version) {
    const stated = JSON.stringify(found) ?? "missing";
    throw new InputError(
      `${file}: schema_version is ${stated}, this program reads ${version}; ${remedies.version}`,
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  const others = result.error.issues.length > 1 ? ` (and ${result.error.issues.length - 1} more)` : "";
  throw new InputError(`${file}: ${fieldPath(path) || "report"}: ${message}${others}; ${remedies.field}`);
}
