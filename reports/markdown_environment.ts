import { deviceName, formatBytes } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import type { MachineEnvironment } from "./machine_schema.ts";
import type { ScalingReport } from "./schema.ts";

/** Machine, program, data and models of the report. */
export function environmentSection({ environment }: ScalingReport): string {
  const { dataset } = environment;
  const parameters = Object.entries(environment.parameters).map(([engine, { encoder, total }]) => [
    engine,
    encoder.toLocaleString("en-US"),
    total.toLocaleString("en-US"),
    environment.config_hashes[engine] ?? "–",
  ]);
  const hashes = [
    ...Object.entries(environment.wgsl_hashes).map(([kernel, hash]) => [`kernel ${kernel}`, hash]),
    ...Object.entries(dataset.manifest_sha256).map(([minutes, hash]) => [`audio, ${minutes} min`, hash]),
  ];
  return [
    "## Environment",
    machineTable(environment, [
      ["Seeds", pairs(environment.seeds)],
      ["Audio", `${dataset.id}, ${dataset.source}, ${dataset.sample_rate_hz} Hz`],
    ]),
    parameters.length === 0 ? "" : markdownTable(
      ["Engine", "Encoder parameters", "All parameters", "Configuration"],
      parameters,
      ["Encoder parameters", "All parameters"],
    ),
    hashes.length === 0 ? "" : markdownTable(["SHA-256 of", "Hash"], hashes),
  ].filter((part) => part !== "").join("\n\n");
}

/** Machine and program as a table; `further` facts stand before what the adapter offers. */
export function machineTable(environment: MachineEnvironment, further: readonly [string, string][]): string {
  const { adapter } = environment;
  const unknown = "not known";
  const commit = environment.git_commit === null
    ? unknown
    : `${environment.git_commit}${environment.git_dirty === true ? " with uncommitted changes" : ""}`;
  return markdownTable(["What", "Value"], [
    ["Started", environment.started_at],
    ["Git commit", commit],
    [
      "Adapter",
      `${deviceName(environment)}; vendor ${adapter.vendor || unknown}, device ${adapter.device || unknown}, ` +
      `architecture ${adapter.architecture || unknown}`,
    ],
    ["WebGPU", adapter.backend === "deno" ? "Deno's wgpu" : "Dawn"],
    ["Driver", environment.driver ?? unknown],
    ["Operating system", environment.os],
    ["Processor", `${environment.cpu}, ${environment.cpu_cores} cores`],
    ["Memory", formatBytes(environment.memory_bytes)],
    ["Deno", `${environment.deno} (V8 ${environment.v8})`],
    ["Packages", pairs(environment.packages)],
    ...further,
    ["Features", environment.features.join(", ") || "none"],
    ["Limits", pairs(environment.limits)],
  ]);
}

/** "**NVIDIA H200, driver 580.95.05**, WebGPU by Deno". */
export function deviceLine(environment: MachineEnvironment): string {
  const { driver, adapter } = environment;
  const device = [deviceName(environment), ...(driver === null ? [] : [`driver ${driver}`])].join(", ");
  return `**${device}**, WebGPU by ${adapter.backend === "deno" ? "Deno" : "Dawn"}`;
}

/** What a reader must know of machine and program before any figure. */
export function machineNotices({ adapter, git_dirty }: MachineEnvironment): string[] {
  return [
    ...(adapter.is_software
      ? [
        `Measured on a **software adapter** (${adapter.description}): the figures speak about this processor, not a GPU.`,
      ]
      : []),
    ...(git_dirty === true ? ["The working tree had **uncommitted changes**."] : []),
  ];
}

function pairs(record: Record<string, string | number>): string {
  return Object.entries(record).map(([name, value]) => `${name} ${value}`).join(", ") || "none";
}
