import type { AdapterDescription } from "../../kernels/gpu/mod.ts";
import { deriveGate, type GateMeasured } from "../../reports/gate/derive.ts";
import { gateMarkdown } from "../../reports/gate/markdown.ts";
import { counted } from "../../reports/gate/outcome.ts";
import type { GateReport } from "../../reports/gate/schema.ts";
import { gateText } from "../../reports/gate/text.ts";
import { writeGate } from "../../reports/gate/write.ts";
import { adapterField, ownDriver } from "../harness/device.ts";
import { commandLine, describeMachine } from "../harness/environment.ts";
import { EXIT, NotMeasuredError, UsageError } from "../harness/errors.ts";
import { makeFolder } from "../harness/folder.ts";
import { onInterrupt } from "../harness/interrupt.ts";
import { type Progress, stderrProgress } from "../harness/progress.ts";
import { PROJECT_ROOT } from "../harness/project.ts";
import { againstVersion, folderVersion } from "./checkout.ts";
import { acceptItems, compareWithBaseline, findItems } from "./exact/lane.ts";
import { type GateOptions, HELP, parseGateOptions } from "./options.ts";
import { compareStored } from "./stored.ts";
import { appendSummary, summaryFile } from "./summary.ts";
import { measureTiming } from "./timing/lane.ts";

/** `deno task gate`: measures, compares and says what it comes to. Returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const options = parseGateOptions(args);
  if (options === null) {
    console.log(HELP);
    return EXIT.done;
  }
  const folder = options.out === null ? null : await makeFolder(options.out);
  const startedAt = new Date().toISOString();
  const interruption = onInterrupt();
  const progress = stderrProgress();
  try {
    if (options.accept) return await accept(options, progress, interruption.signal);
    const lanes = await measureLanes(options, progress, interruption.signal);
    const environment = await describeEnvironment(commandLine("deno task gate", args), startedAt, lanes.adapter);
    const report = deriveGate({ environment, ...lanes });
    progress.status("");
    await show(report, options.json, folder);
    return report.exit_code;
  } finally {
    interruption.release();
  }
}

type MeasuredLanes = Omit<GateMeasured, "environment"> & { readonly adapter: AdapterDescription | null };

async function measureLanes(options: GateOptions, progress: Progress, interrupt: AbortSignal): Promise<MeasuredLanes> {
  if (options.stored !== null) {
    const stored = await compareStored(options.stored, options.effect, options.allowDifferent);
    return { exact: null, timing: null, stored, adapter: null };
  }
  await using candidate = await candidateVersion(options);
  // Before anything is measured: what is wrong with it shows at once.
  await using baseline = options.against === null ? null : await againstVersion(options.against, candidate.root);
  let exact: GateReport["exact"] = null;
  let adapter: AdapterDescription | null = null;
  if (options.exact) {
    progress.status("exact lane");
    const found = await findItems(candidate.root, options.gpu, interrupt);
    if (found === null) throw new NotMeasuredError("could not measure: interrupted in the exact lane; run it again");
    exact = await compareWithBaseline(candidate.root, found);
    adapter = found.adapter;
  }
  if (baseline === null) return { exact, timing: null, stored: null, adapter };
  const { names, effect, pairs, minutes, samples, seed, plant, gpu } = options;
  const script = new URL("./timing/child.ts", import.meta.url).href;
  const lane = await measureTiming(
    { baseline, candidate, names, effect, pairs, minutes, samples, seed, plant, gpu },
    { progress, interrupt, script },
  );
  return { exact, timing: lane.timing, stored: null, adapter: lane.adapter ?? adapter };
}

function candidateVersion({ candidate }: GateOptions) {
  return candidate === null
    ? folderVersion("--candidate", PROJECT_ROOT, "this version")
    : folderVersion("--candidate", candidate);
}

async function accept(options: GateOptions, progress: Progress, interrupt: AbortSignal): Promise<number> {
  await using candidate = await candidateVersion(options);
  progress.status("exact lane");
  const found = await findItems(candidate.root, options.gpu, interrupt);
  if (found === null) {
    throw new NotMeasuredError("could not measure: interrupted in the exact lane; nothing was written");
  }
  // A baseline that is broken is one that a new one is for.
  const before = await compareWithBaseline(candidate.root, found).catch((error) => {
    if (error instanceof UsageError) return null;
    throw error;
  });
  const paths = await acceptItems(candidate.root, found);
  progress.status("");
  const changed = before === null || before.compared.length === 0
    ? ""
    : `, ${counted(before.differences.length, "difference")} from the one before`;
  console.log(`wrote ${paths.join(" and ")}${changed}; look at the diff and commit it`);
  if (found.problem !== null) console.error(`could not measure: ${found.problem}`);
  return found.problem === null ? EXIT.done : EXIT.notMeasured;
}

async function describeEnvironment(
  command: string,
  startedAt: string,
  adapter: AdapterDescription | null,
): Promise<GateReport["environment"]> {
  const machine = await describeMachine(PROJECT_ROOT);
  return {
    ...machine,
    driver: adapter && ownDriver(adapter, machine.driver),
    command,
    started_at: startedAt,
    adapter: adapter && adapterField(adapter),
    limits: {},
    features: [],
  };
}

async function show(report: GateReport, json: boolean, folder: string | null): Promise<void> {
  console.log(json ? JSON.stringify(report, null, 2) : gateText(report));
  const summary = summaryFile();
  const problem = summary === null ? null : await appendSummary(summary, gateMarkdown(report));
  if (problem !== null) console.error(problem);
  if (folder === null) return;
  const paths = await writeGate(report, folder);
  if (!json) console.log(paths.join("\n"));
}
