import { join } from "node:path";
import type { z } from "zod";
import { InputError } from "./errors.ts";
import { EVAL_SCHEMA_VERSION, evalReport } from "./eval_schema.ts";
import type { EvalReport } from "./eval_schema.ts";
import { KERNELS_SCHEMA_VERSION, kernelsReport } from "./kernels_schema.ts";
import type { KernelsReport } from "./kernels_schema.ts";
import { scalingReport, SCHEMA_VERSION } from "./schema.ts";
import type { ScalingReport } from "./schema.ts";
import { TRAINING_SCHEMA_VERSION, trainingReport } from "./training_schema.ts";
import type { TrainingReport } from "./training_schema.ts";
import { jsonValue, validated } from "./validated.ts";

/** A report of any kind; `kind` tells them apart. */
export type Report = ScalingReport | KernelsReport | EvalReport | TrainingReport;

interface Kind {
  readonly schema: z.ZodType<Report>;
  readonly version: number;
  readonly command: string;
}

const KINDS: Readonly<Record<Report["kind"], Kind>> = {
  scaling: { schema: scalingReport, version: SCHEMA_VERSION, command: "deno task bench:scaling" },
  kernels: { schema: kernelsReport, version: KERNELS_SCHEMA_VERSION, command: "deno task bench:kernels" },
  eval: { schema: evalReport, version: EVAL_SCHEMA_VERSION, command: "deno task eval" },
  training: { schema: trainingReport, version: TRAINING_SCHEMA_VERSION, command: "deno task bench:training" },
};

/** Names under which the benchmarks write their reports. */
export const REPORT_FILES: readonly string[] = ["report.json", "kernels.json"];

/** The report's own file when `path` is a folder, else `path`. Throws InputError where the folder holds several. */
export async function reportFile(path: string): Promise<string> {
  if (!(await Deno.stat(path).catch(() => null))?.isDirectory) return path;
  const held = [];
  for (const name of REPORT_FILES) {
    if (await Deno.stat(join(path, name)).then(({ isFile }) => isFile, () => false)) held.push(name);
  }
  if (held.length > 1) throw new InputError(`${path}: holds ${held.join(" and ")}; give the one that you mean`);
  return join(path, held[0] ?? REPORT_FILES[0]);
}

/**
 * Reads and validates a report of any kind from a file, or from the one in a folder. Throws InputError, one line that names
 * the file, the field and the remedy.
 */
export async function readAnyReport(path: string): Promise<Report> {
  const file = await reportFile(path);
  const text = await Deno.readTextFile(file).catch((error) => {
    if (error instanceof Deno.errors.NotFound) {
      throw new InputError(`${file}: no such file; give a ${REPORT_FILES.join(" or ")}, or the folder that holds one`);
    }
    throw new InputError(`${file}: cannot be read (${error instanceof Error ? error.message : error})`);
  });
  return parseReport(text, file);
}

/** Reads and validates a scaling report as `readAnyReport` does; a report of another kind is an InputError. */
export async function readReport(path: string): Promise<ScalingReport> {
  const report = await readAnyReport(path);
  if (report.kind === "scaling") return report;
  throw new InputError(`${path}: kind is "${report.kind}"; give a report whose kind is "scaling"`);
}

/** Validates the text of a report; `file` is what errors call it. Throws InputError. */
export function parseReport(text: string, file: string): Report {
  if (/\.(md|svg)$/i.test(file)) {
    throw new InputError(
      `${file}: is drawn from a report; give the ${REPORT_FILES.join(" or ")} beside it, or its folder`,
    );
  }
  if (text.trim() === "") throw new InputError(`${file}: empty; measure again`);
  const value = jsonValue(text, file, "measure again");
  const { kind } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (!isKind(kind)) {
    const found = JSON.stringify(kind) ?? "missing";
    const known = Object.keys(KINDS).map((name) => `"${name}"`).join(" or ");
    throw new InputError(`${file}: kind is ${found}; give a report whose kind is ${known}`);
  }
  const { command } = KINDS[kind];
  return validated(value, file, KINDS[kind], {
    version: `use the version of samba-asr-bench that wrote it, or make it again with \`${command}\``,
    field: `correct the field or measure again with \`${command}\``,
  });
}

/** The command that measures reports of a kind. */
export function commandOf(kind: Report["kind"]): string {
  return KINDS[kind].command;
}

function isKind(kind: unknown): kind is Report["kind"] {
  return typeof kind === "string" && Object.hasOwn(KINDS, kind);
}
