/** Writes the published JSON Schema: `deno run --allow-read --allow-write training/generate_schema.ts`. */
import { trainingSchema } from "./config.ts";

const path = new URL("./schema.json", import.meta.url);
await Deno.writeTextFile(path, JSON.stringify(trainingSchema(), null, 2) + "\n");
