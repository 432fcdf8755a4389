import { basename, join } from "node:path";
import { InputError } from "../errors.ts";
import { jsonValue, validated } from "../validated.ts";
import { GATE_SCHEMA_VERSION, type GateReport, gateReport } from "./schema.ts";
import { GATE_FILE } from "./write.ts";

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
  const format = { schema: gateReport, version: GATE_SCHEMA_VERSION };
  return validated(jsonValue(text, file, again), file, format, { version: again, field: again });
}
