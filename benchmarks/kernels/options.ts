import { parseArgs } from "node:util";
import type { BackendName } from "../../kernels/gpu/mod.ts";
import { UsageError } from "../harness/errors.ts";

/** The command line of bench:kernels. */
export interface KernelOptions {
  /** Part of the names to measure; "" for all. */
  readonly only: string;
  readonly candidates: boolean;
  readonly samples: number;
  readonly gpu: BackendName;
  readonly out: string | null;
  readonly json: boolean;
}

/** Text of `--help`. */
export const HELP = `Usage: deno task bench:kernels [options]

Times each kernel by GPU timestamps at the shapes that the recognisers use, and compares the memory it must move with what
a plain copy moves on the same adapter in the same run. An adapter that computes in software gets the small shapes only.

  --only TEXT       those whose name contains TEXT
  --candidates      also the variants from which each kernel in use was chosen
  --samples N       timed samples of each kernel (default: 10)
  --gpu deno|dawn   WebGPU implementation (default: deno)
  --out DIR         write DIR/kernels.json, every sample and the machine, and DIR/kernels.md, what follows from them
  --json            print the same JSON to standard output, and nothing else
  --help

Exit codes: 0 done (a kernel that could not be measured is a row that says why), 2 nothing could be measured, 3 wrong usage.`;

/** Parses the command line; null asks for the help text. Throws UsageError. */
export function parseKernelOptions(args: string[]): KernelOptions | null {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", default: "" },
      candidates: { type: "boolean", default: false },
      samples: { type: "string", default: "10" },
      gpu: { type: "string", default: "deno" },
      out: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return null;
  const { only, candidates, samples, gpu, out = null, json } = values;
  if (!/^[1-9]\d{0,3}$/.test(samples)) {
    throw new UsageError(`--samples: ${JSON.stringify(samples)} is no whole number from 1 to 9999`);
  }
  if (gpu !== "deno" && gpu !== "dawn") {
    throw new UsageError(`--gpu: ${JSON.stringify(gpu)} is not known; choose from deno, dawn`);
  }
  if (out === "") throw new UsageError("--out: no folder given");
  return { only, candidates, samples: Number(samples), gpu, out, json };
}
