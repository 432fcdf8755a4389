import { type BackendName, type Gpu, GpuError, openGpu } from "../../kernels/gpu/mod.ts";
import { describeMachine } from "../harness/environment.ts";
import { FLAG, HELP_FLAG, oneOf, parsedArguments, pathOf, TEXT } from "../harness/arguments.ts";
import { DEFAULT_DATA_ROOT, PROJECT_ROOT } from "../harness/project.ts";
import { EXIT } from "../harness/errors.ts";
import { nvidiaMemory } from "../harness/outside_memory.ts";
import { checkData } from "./data.ts";
import { type Check, type Findings, ok } from "./findings.ts";
import { checkArithmetic, checkSpeed } from "./self_check.ts";
import { findingsText } from "./text.ts";

const HELP = `Usage: deno task doctor [options]

Tells what this machine offers for the benchmarks, computes something small on its adapter and compares it with the CPU,
measures how fast memory is copied, and says how to get what is missing.

  --gpu deno|dawn   WebGPU implementation (default: deno)
  --data-root DIR   folder of data sets (default: $SAMBA_DATA, else data)
  --json            print the findings as JSON
  --help

Exit codes: 0 it can measure, 2 it cannot, 3 wrong usage.`;

/** `deno task doctor`: returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const { values } = parsedArguments(args, { gpu: TEXT, "data-root": TEXT, json: FLAG, help: HELP_FLAG });
  if (values.help) {
    console.log(HELP);
    return EXIT.done;
  }
  const backend = oneOf("gpu", values.gpu ?? "deno", ["deno", "dawn"]);
  const dataRoot = pathOf("data-root", values["data-root"]) ?? (Deno.env.get("SAMBA_DATA") || DEFAULT_DATA_ROOT);
  const findings = await examine(backend, PROJECT_ROOT, dataRoot);
  console.log(values.json ? JSON.stringify(findings, null, 2) : findingsText(findings));
  return findings.can_measure ? EXIT.done : EXIT.notMeasured;
}

/** Looks at everything. `root` is the project's folder, `dataRoot` where data may be. */
export async function examine(backend: BackendName, root: string, dataRoot: string): Promise<Findings> {
  const machine = await describeMachine(root);
  const checks: Check[] = [];
  let gpu: Gpu | undefined;
  try {
    gpu = await openGpu(backend);
    checks.push(checkAdapter(gpu), await checkArithmetic(gpu), ...await checkSpeed(gpu));
    if (isNvidia(gpu)) checks.push(await checkNvidiaSmi());
  } catch (error) {
    if (!(error instanceof GpuError)) throw error;
    checks.push({
      name: gpu ? "computing" : "adapter",
      state: "failed",
      detail: error.message.split("\n")[0],
      remedy: null,
    });
  }
  checks.push(checkGit(machine.git_commit), await checkData(dataRoot));
  const { adapter = null, limits = null, features = null } = gpu ?? {};
  gpu?.[Symbol.dispose]();
  return {
    kind: "doctor",
    schema_version: 1,
    can_measure: checks.every(({ state }) => state !== "failed"),
    machine,
    gpu: { backend, adapter, limits, features },
    checks,
  };
}

function checkAdapter({ adapter }: Gpu): Check {
  if (!adapter.isSoftware) return ok("hardware", "a GPU does the work");
  return {
    name: "hardware",
    state: "missing",
    detail: "no GPU that WebGPU can use: the CPU does the work, and benchmarks choose small defaults",
    remedy: "where there is a GPU, install its Vulkan driver",
  };
}

function isNvidia({ adapter }: Gpu): boolean {
  return /nvidia/i.test(`${adapter.vendor} ${adapter.description}`);
}

async function checkNvidiaSmi(): Promise<Check> {
  if (await nvidiaMemory() !== null) return ok("nvidia-smi", "tells the memory in use from outside");
  return {
    name: "nvidia-smi",
    state: "missing",
    detail: "reports have no GPU memory as seen from outside",
    remedy: "install the package that brings nvidia-smi (Debian: apt-get install nvidia-smi)",
  };
}

function checkGit(commit: string | null): Check {
  if (commit !== null) return ok("git", "reports name the commit they were made with");
  return {
    name: "git",
    state: "missing",
    detail: "reports cannot name the commit they were made with",
    remedy: "install git, and run in a clone of the project rather than in a copy",
  };
}
