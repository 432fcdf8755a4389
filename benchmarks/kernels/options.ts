import type { BackendName } from "../../kernels/gpu/mod.ts";
import { FLAG, HELP_FLAG, oneOf, parsedArguments, pathOf, TEXT, whole } from "../harness/arguments.ts";

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
  const { values } = parsedArguments(args, {
    only: TEXT,
    candidates: FLAG,
    samples: TEXT,
    gpu: TEXT,
    out: TEXT,
    json: FLAG,
    help: HELP_FLAG,
  });
  if (values.help) return null;
  return {
    only: values.only ?? "",
    candidates: values.candidates ?? false,
    samples: whole("samples", values.samples ?? "10", 1, 9999),
    gpu: oneOf("gpu", values.gpu ?? "deno", ["deno", "dawn"]),
    out: pathOf("out", values.out) ?? null,
    json: values.json ?? false,
  };
}
