/** Writes the published JSON Schema: `deno run --allow-read --allow-write reports/schema/generate.ts`. */
import { jsonSchema } from "../schema.ts";

const path = new URL("./scaling-report.schema.json", import.meta.url);
await Deno.writeTextFile(path, JSON.stringify(jsonSchema(), null, 2) + "\n");
