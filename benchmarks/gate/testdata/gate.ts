/** The command alone, as cli.ts runs it: an error that is foreseen is a line, and the exit code is its own. */
import { exitCodeOf } from "../../harness/errors.ts";
import { run } from "../command.ts";

try {
  Deno.exit(await run(Deno.args));
} catch (error) {
  const code = exitCodeOf(error);
  if (code === null) throw error;
  console.error((error as Error).message);
  Deno.exit(code);
}
