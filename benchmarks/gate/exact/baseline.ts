import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../harness/errors.ts";
import { writeFile } from "../../../reports/write_file.ts";
import type { DeviceClass } from "./device_class.ts";
import type { Items } from "./protocol.ts";

/** `schema_version` of the baselines that this code writes and reads: it changes with the meaning of the items. */
export const BASELINE_SCHEMA_VERSION = 1;

/** Where a version keeps its baselines. */
export const BASELINE_FOLDER = "benchmarks/gate/baseline";

/** `any`: the same on every machine. Else: what is computed on an adapter of this class. */
export type Section = "any" | DeviceClass["name"];

const REMAKE = "`deno task gate --accept` writes it anew";

const schema = z.strictObject({
  kind: z.literal("gate-baseline"),
  schema_version: z.literal(BASELINE_SCHEMA_VERSION),
  adapter: z.enum(["any", "software", "gpu"]),
  items: z.record(z.string().min(1), z.union([z.number(), z.string()])),
});

/** A section's file, in a version's folder. */
export function baselineFile(section: Section): string {
  return `${BASELINE_FOLDER}/${section}.json`;
}

/**
 * The items of a version's baseline; null where it has none of this section. Throws UsageError, one line with the remedy,
 * where the file is none that this program can compare with.
 */
export async function readBaseline(root: string, section: Section): Promise<Items | null> {
  const file = baselineFile(section);
  const text = await Deno.readTextFile(join(root, file)).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new UsageError(`${file}: cannot be read (${error instanceof Error ? error.message : error})`);
  });
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file}: truncated or no JSON (${(error as Error).message}); ${REMAKE}`);
  }
  const { kind, schema_version, adapter } = (value ?? {}) as Record<string, unknown>;
  if (kind !== "gate-baseline") throw new UsageError(`${file}: is no baseline of the gate; ${REMAKE}`);
  if (schema_version !== BASELINE_SCHEMA_VERSION) {
    throw new UsageError(
      `${file}: schema_version is ${JSON.stringify(schema_version) ?? "missing"}, this program reads ` +
        `${BASELINE_SCHEMA_VERSION}; ${REMAKE}`,
    );
  }
  if (adapter !== section) {
    throw new UsageError(
      `${file}: is of ${JSON.stringify(adapter) ?? "no"} adapters, not of ${section} ones; ${REMAKE}`,
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data.items;
  const { path, message } = result.error.issues[0];
  throw new UsageError(`${file}: ${path.join("/")}: ${message}; ${REMAKE}`);
}

/** Writes a section, sorted and an item a line, so that its diff reads well; returns its path. */
export async function writeBaseline(root: string, section: Section, items: Items): Promise<string> {
  const lines = Object.keys(items).sort().map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(items[name])}`);
  const text = `{
  "kind": "gate-baseline",
  "schema_version": ${BASELINE_SCHEMA_VERSION},
  "adapter": "${section}",
  "items": {
${lines.join(",\n")}
  }
}
`;
  return await writeFile(join(root, BASELINE_FOLDER), `${section}.json`, text);
}
