import { join } from "node:path";
import { trainingSummary } from "../../reports/training_terminal.ts";
import { commandLine, describeMachine } from "../harness/environment.ts";
import { EXIT } from "../harness/errors.ts";
import { makeFolder } from "../harness/folder.ts";
import { onInterrupt } from "../harness/interrupt.ts";
import { nvidiaMemory } from "../harness/outside_memory.ts";
import { stderrProgress } from "../harness/progress.ts";
import { PROJECT_ROOT } from "../harness/project.ts";
import { findAdapter, isNvidia } from "../scaling/adapter.ts";
import { HELP } from "./arguments.ts";
import { GPU_DEFAULTS, SOFTWARE_DEFAULTS } from "./defaults.ts";
import { parseTrainingArguments, withTrainingDefaults } from "./options.ts";
import { benchmarkTraining } from "./run.ts";

/** `deno task bench:training`: measures, writes the report and prints it. Returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const began = performance.now();
  const startedAt = new Date().toISOString();
  const interruption = onInterrupt();
  try {
    const given = await parseTrainingArguments(args);
    if (given === null) {
      console.log(HELP);
      return EXIT.done;
    }
    const folder = await makeFolder(given.out);
    const probe = new URL("../scaling/probe_adapter.ts", import.meta.url).href;
    const adapter = await findAdapter(probe, given.gpu, interruption.signal);
    if (adapter === null) return EXIT.interrupted;
    const defaults = adapter.isSoftware ? SOFTWARE_DEFAULTS : GPU_DEFAULTS;
    const outcome = await benchmarkTraining({ ...withTrainingDefaults(given, defaults), out: folder }, {
      command: commandLine("deno task bench:training", args),
      startedAt,
      adapter,
      machine: () => describeMachine(PROJECT_ROOT),
      childScript: new URL("./child.ts", import.meta.url).href,
      sampler: isNvidia(adapter) && await nvidiaMemory() !== null ? nvidiaMemory : null,
      progress: stderrProgress(),
      interrupt: interruption.signal,
      elapsed: () => (performance.now() - began) / 1000,
    });
    if (outcome.report !== null) {
      if (given.json) console.log(await Deno.readTextFile(join(folder, "report.json")));
      else console.log(`${trainingSummary(outcome.report)}\n\n${outcome.paths.join("\n")}`);
    }
    if (outcome.problem !== null) console.error(outcome.problem);
    return outcome.exitCode;
  } finally {
    interruption.release();
  }
}
