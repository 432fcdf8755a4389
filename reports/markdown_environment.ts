import { deviceName, formatBytes } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import type { HostEnvironment } from "./machine_schema.ts";
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
  const weights = Object.entries(environment.weights ?? {}).map(([engine, { name, sha256, settings }]) => [
    engine,
    name,
    pairs(settings),
    sha256,
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
    weights.length === 0 ? "" : markdownTable(["Engine", "Trained weights", "Settings", "SHA-256"], weights),
    hashes.length === 0 ? "" : markdownTable(["SHA-256 of", "Hash"], hashes),
  ].filter((part) => part !== "").join("\n\n");
}

/** Machine and program as a table; `further` facts stand before what the adapter offers, if one was used. */
export function machineTable(environment: HostEnvironment, further: readonly [string, string][]): string {
  const unknown = "not known";
  const commit = environment.git_commit === null
    ? unknown
    : `${environment.git_commit}${environment.git_dirty === true ? " with uncommitted changes" : ""}`;
  return markdownTable(["What", "Value"], [
    ["Started", environment.started_at],
    ["Git commit", commit],
    ...adapterRows(environment.adapter, unknown),
    ["Driver", environment.driver ?? unknown],
    ["Operating system", environment.os],
    ["Processor", `${environment.cpu}, ${environment.cpu_cores} cores`],
    ["Memory", formatBytes(environment.memory_bytes)],
    ["Deno", `${environment.deno} (V8 ${environment.v8})`],
    ["Packages", pairs(environment.packages)],
    ...further,
    ...(environment.adapter === null ? [] : [
      ["Features", environment.features.join(", ") || "none"],
      ["Limits", pairs(environment.limits)],
    ]),
  ]);
}

function adapterRows(adapter: HostEnvironment["adapter"], unknown: string): string[][] {
  if (adapter === null) return [["Adapter", "none of WebGPU's was used by this program"]];
  return [
    [
      "Adapter",
      `${deviceName({ adapter })}; vendor ${adapter.vendor || unknown}, device ${adapter.device || unknown}, ` +
      `architecture ${adapter.architecture || unknown}`,
    ],
    ["WebGPU", adapter.backend === "deno" ? "Deno's wgpu" : "Dawn"],
  ];
}

/** "**NVIDIA H200, driver 580.95.05**, WebGPU by Deno", or the processor where no adapter was used. */
export function deviceLine({ driver, adapter, cpu, cpu_cores }: HostEnvironment): string {
  if (adapter === null) return `**${cpu}, ${cpu_cores} cores**`;
  const device = [deviceName({ adapter }), ...(driver === null ? [] : [`driver ${driver}`])].join(", ");
  return `**${device}**, WebGPU by ${adapter.backend === "deno" ? "Deno" : "Dawn"}`;
}

/** What a reader must know of machine and program before any figure. */
export function machineNotices({ adapter, git_dirty }: HostEnvironment): string[] {
  return [
    ...(adapter?.is_software
      ? [
        `Measured on a **software adapter** (${adapter.description}): the figures speak about this processor, not a GPU.`,
      ]
      : []),
    ...(git_dirty === true ? ["The working tree had **uncommitted changes**."] : []),
  ];
}

/** "name value, name value", or "none". */
export function pairs(record: Record<string, string | number | boolean>): string {
  return Object.entries(record).map(([name, value]) => `${name} ${value}`).join(", ") || "none";
}
