import type { BackendName } from "../../kernels/gpu/mod.ts";
import { FLAG, HELP_FLAG, oneOf, parsedArguments, pathOf, positive, TEXT, whole } from "../harness/arguments.ts";
import { UsageError } from "../harness/errors.ts";
import { GATE_BENCHMARKS } from "./timing/benchmarks.ts";
import type { Plant } from "./timing/protocol.ts";

/** The command line of gate. */
export interface GateOptions {
  /** The two reports of a comparison, null where versions are compared. */
  readonly stored: { readonly baseline: string; readonly candidate: string } | null;
  /** A git ref or a folder; null without the timing lane. */
  readonly against: string | null;
  /** Folder of the version that is judged; null is this one's. */
  readonly candidate: string | null;
  readonly exact: boolean;
  readonly accept: boolean;
  readonly allowDifferent: boolean;
  /** Names of the timing lane's benchmarks. */
  readonly names: readonly string[];
  readonly effect: number;
  /** Most pairs of the timing lane. */
  readonly pairs: number;
  readonly minutes: number;
  readonly samples: number;
  readonly seed: number;
  readonly plant: Plant | null;
  readonly gpu: BackendName;
  readonly out: string | null;
  readonly json: boolean;
}

/** Text of `--help`. */
export const HELP = `Usage: deno task gate [options]
       deno task gate --baseline REPORT --candidate REPORT [options]

Fails where something got slower or changed that should not have. The exact lane compares what small models hear, what
passes cost in dispatches, bytes, operations and memory, parameters and WGSL with benchmarks/gate/baseline/. The timing lane
runs with --against: both versions in fresh processes, in turns and random order, beside a control, until the verdict is
clear.

  --against REF        times this version against REF, a git ref or a folder with another checkout
  --candidate DIR      judges the version in DIR in place of this one
  --only TEXT          timing lane: the benchmarks whose name contains TEXT
                       (${GATE_BENCHMARKS.map(({ name }) => name).join(", ")})
  --effect PERCENT     slowdown that counts as a regression (default: 5)
  --pairs N            most pairs of processes, 8 to 200 (default: 30; 8, 12, 16 and 20 are looks at which it may stop)
  --minutes M          most minutes of the timing lane (default: 4)
  --samples N          samples of each benchmark in each process (default: 5)
  --seed N             of the random orders (default: 1)
  --plant NAME=P%      slows NAME's benchmarks in the candidate: P % of their launches run once more
  --no-exact           without the exact lane
  --accept             writes what the exact lane finds as the new baseline
  --gpu deno|dawn      WebGPU implementation (default: deno)
  --baseline REPORT, --candidate REPORT
                       compares two reports of bench:kernels or bench:scaling by their samples
  --allow-different    also where their adapters, drivers or configurations differ
  --out DIR            writes DIR/gate.json, every sample, and DIR/gate.md
  --json               prints the same JSON to standard output, and nothing else
  --help

Where GITHUB_STEP_SUMMARY names a file, the Markdown is appended to it.
Exit codes: 0 pass, 1 regression or difference, 2 could not measure, 3 wrong usage.`;

/** Parses the command line; null asks for the help text. Throws UsageError. */
export function parseGateOptions(args: string[]): GateOptions | null {
  const { values } = parsedArguments(args, {
    against: TEXT,
    baseline: TEXT,
    candidate: TEXT,
    "allow-different": FLAG,
    only: TEXT,
    effect: TEXT,
    pairs: TEXT,
    minutes: TEXT,
    samples: TEXT,
    seed: TEXT,
    plant: TEXT,
    "no-exact": FLAG,
    accept: FLAG,
    gpu: TEXT,
    out: TEXT,
    json: FLAG,
    help: HELP_FLAG,
  });
  if (values.help) return null;
  const baseline = pathOf("baseline", values.baseline, "report");
  const candidate = pathOf("candidate", values.candidate, baseline === undefined ? "folder" : "report") ?? null;
  const against = pathOf("against", values.against, "git ref or folder") ?? null;
  if (baseline !== undefined && candidate === null) {
    throw new UsageError("--baseline: compares two stored reports; name the other one by --candidate REPORT");
  }
  if (baseline !== undefined && (against !== null || values.accept)) {
    throw new UsageError(
      `--baseline: compares stored reports, which --${against !== null ? "against" : "accept"} is not for`,
    );
  }
  if (values.accept && against !== null) {
    throw new UsageError("--accept: belongs to the exact lane; run it without --against");
  }
  if (values["no-exact"] && against === null) {
    throw new UsageError("--no-exact: leaves nothing to do without --against REF");
  }
  const names = chosenNames(values.only ?? "");
  return {
    stored: baseline === undefined ? null : { baseline, candidate: candidate! },
    against,
    candidate: baseline === undefined ? candidate : null,
    exact: baseline === undefined && !values["no-exact"],
    accept: values.accept ?? false,
    allowDifferent: values["allow-different"] ?? false,
    names,
    effect: positive("effect", values.effect ?? "5", 1000) / 100,
    pairs: whole("pairs", values.pairs ?? "30", 8, 200),
    minutes: positive("minutes", values.minutes ?? "4", 600),
    samples: whole("samples", values.samples ?? "5", 1, 99),
    seed: whole("seed", values.seed ?? "1", 0, 2 ** 31 - 1),
    plant: values.plant === undefined ? null : plantOf(values.plant, names),
    gpu: oneOf("gpu", values.gpu ?? "deno", ["deno", "dawn"]),
    out: pathOf("out", values.out) ?? null,
    json: values.json ?? false,
  };
}

function chosenNames(only: string): string[] {
  const all = GATE_BENCHMARKS.map(({ name }) => name);
  const chosen = all.filter((name) => name.includes(only));
  if (chosen.length > 0) return chosen;
  throw new UsageError(`--only: no benchmark's name contains ${JSON.stringify(only)}; choose from ${all.join(", ")}`);
}

function plantOf(text: string, names: readonly string[]): Plant {
  const [, match, percent] = /^(.+)=(\d+(?:\.\d+)?)%?$/.exec(text) ?? [];
  if (match === undefined || !(Number(percent) > 0 && Number(percent) <= 1000)) {
    throw new UsageError(`--plant: ${JSON.stringify(text)} is not of the form NAME=P%, such as matmul=10%`);
  }
  if (!names.some((name) => name.includes(match))) {
    throw new UsageError(
      `--plant: no benchmark's name contains ${JSON.stringify(match)}; choose from ${names.join(", ")}`,
    );
  }
  return { match, share: Number(percent) / 100 };
}
