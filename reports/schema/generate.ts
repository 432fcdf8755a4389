/** Writes the published JSON Schemas: `deno run --allow-read --allow-write reports/schema/generate.ts`. */
import { evalJsonSchema } from "../eval_schema.ts";
import { gateJsonSchema } from "../gate/schema.ts";
import { kernelsJsonSchema } from "../kernels_schema.ts";
import { jsonSchema } from "../schema.ts";
import { trainingJsonSchema } from "../training_schema.ts";

const schemas = {
  "scaling-report": jsonSchema(),
  "kernels-report": kernelsJsonSchema(),
  "eval-report": evalJsonSchema(),
  "training-report": trainingJsonSchema(),
  "gate-report": gateJsonSchema(),
};
for (const [name, schema] of Object.entries(schemas)) {
  const path = new URL(`./${name}.schema.json`, import.meta.url);
  await Deno.writeTextFile(path, JSON.stringify(schema, null, 2) + "\n");
}
