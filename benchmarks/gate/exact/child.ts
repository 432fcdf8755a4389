/**
 * Finds what must not change in one version: `deno run benchmarks/gate/exact/child.ts REQUEST`, REQUEST being an
 * ExactRequest as JSON. Prints an ExactAnswer, one line of JSON. Kernels, models and scoring are imported from the version's
 * folder.
 */
import { oneLine } from "../version.ts";
import { countedItems } from "./counted.ts";
import { heardItems } from "./heard.ts";
import type { ExactAnswer, ExactRequest } from "./protocol.ts";

async function answer({ root, part, gpu }: ExactRequest): Promise<ExactAnswer> {
  try {
    return part === "heard" ? await heardItems(root, gpu) : { items: await countedItems(root), adapter: null };
  } catch (error) {
    return { failed: oneLine(error) };
  }
}

if (import.meta.main) {
  console.log(JSON.stringify(await answer(JSON.parse(Deno.args[0]) as ExactRequest)));
  // Threads of a driver would keep the process alive.
  Deno.exit(0);
}
