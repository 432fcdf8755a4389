import { join } from "node:path";
import { terminalPlot } from "../../reports/terminal_plot.ts";
import { terminalSummary } from "../../reports/terminal_summary.ts";
import { commandLine, describeMachine } from "../harness/environment.ts";
import { EXIT, exitCodeOf } from "../harness/errors.ts";
import { makeFolder } from "../harness/folder.ts";
import { onInterrupt } from "../harness/interrupt.ts";
import { nvidiaMemory } from "../harness/outside_memory.ts";
import { stderrProgress } from "../harness/progress.ts";
import { PROJECT_ROOT } from "../harness/project.ts";
import { findAdapter, isNvidia } from "./adapter.ts";
import { GPU_DEFAULTS, SOFTWARE_DEFAULTS } from "./defaults.ts";
import { HELP, parseArguments, withDefaults } from "./options.ts";
import { benchmark } from "./run.ts";
import { requireRun } from "./store.ts";
import { findWhisper } from "./weights.ts";

/** `deno task bench:scaling`: measures, writes the report and prints it. Returns the exit code; throws what it did not foresee. */
export async function run(args: string[]): Promise<number> {
  const began = performance.now();
  const startedAt = new Date().toISOString();
  const interruption = onInterrupt();
  try {
    const given = parseArguments(args, Deno.env.get("SAMBA_DATA"));
    if (given === null) {
      console.log(HELP);
      return EXIT.done;
    }
    if (given.resume) await requireRun(given.out);
    const folder = await makeFolder(given.out);
    const probe = new URL("./probe_adapter.ts", import.meta.url).href;
    const adapter = await findAdapter(probe, given.gpu, interruption.signal);
    if (adapter === null) return EXIT.interrupted;
    const defaults = adapter.isSoftware ? SOFTWARE_DEFAULTS : GPU_DEFAULTS;
    const options = withDefaults(given, defaults, await findWhisper(given.dataRoot));
    const fromEnvironment = options.dataRoot !== null && !args.some((arg) => arg.startsWith("--data-root"));
    const outcome = await benchmark({ ...options, out: folder }, {
      command: commandLine(
        "deno task bench:scaling",
        args,
        fromEnvironment ? { SAMBA_DATA: options.dataRoot! } : {},
      ),
      startedAt,
      adapter,
      machine: () => describeMachine(PROJECT_ROOT),
      childScript: new URL("./child.ts", import.meta.url).href,
      weightsScript: new URL("./prepare_weights.ts", import.meta.url).href,
      sampler: isNvidia(adapter) && await nvidiaMemory() !== null ? nvidiaMemory : null,
      progress: stderrProgress(),
      interrupt: interruption.signal,
      elapsed: () => (performance.now() - began) / 1000,
    });
    if (outcome.report !== null) {
      if (given.json) {
        console.log(await Deno.readTextFile(join(folder, "report.json")));
      } else {
        console.log(terminalSummary(outcome.report));
        console.log(`\n${terminalPlot(outcome.report, "seconds")}`);
        console.log(`\n${outcome.paths.join("\n")}`);
      }
    }
    if (outcome.problem !== null) console.error(outcome.problem);
    return outcome.exitCode;
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === null) throw error;
    console.error((error as Error).message);
    return code;
  } finally {
    interruption.release();
  }
}
