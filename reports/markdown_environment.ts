import { deviceName, formatBytes } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import type { ScalingReport } from "./schema.ts";

/** Machine, program, data and models of the report. */
export function environmentSection({ environment }: ScalingReport): string {
  const { adapter, dataset } = environment;
  const unknown = "not known";
  const commit = environment.git_commit === null
    ? unknown
    : `${environment.git_commit}${environment.git_dirty === true ? " with uncommitted changes" : ""}`;
  const facts: [string, string][] = [
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
    ["Seeds", pairs(environment.seeds)],
    ["Audio", `${dataset.id}, ${dataset.source}, ${dataset.sample_rate_hz} Hz`],
    ["Features", environment.features.join(", ") || "none"],
    ["Limits", pairs(environment.limits)],
  ];
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
    markdownTable(["What", "Value"], facts),
    parameters.length === 0 ? "" : markdownTable(
      ["Engine", "Encoder parameters", "All parameters", "Configuration"],
      parameters,
      ["Encoder parameters", "All parameters"],
    ),
    hashes.length === 0 ? "" : markdownTable(["SHA-256 of", "Hash"], hashes),
  ].filter((part) => part !== "").join("\n\n");
}

function pairs(record: Record<string, string | number>): string {
  return Object.entries(record).map(([name, value]) => `${name} ${value}`).join(", ") || "none";
}
