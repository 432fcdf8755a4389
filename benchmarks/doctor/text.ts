import { formatBytes } from "../../kernels/gpu/mod.ts";
import type { Findings } from "./findings.ts";

/** The findings for a person. */
export function findingsText({ machine, gpu, checks, can_measure }: Findings): string {
  const { adapter, limits, features } = gpu;
  const rows: [string, string][] = [
    ["system", `${machine.os}; ${machine.cpu}, ${machine.cpu_cores} cores, ${formatBytes(machine.memory_bytes)}`],
    ["versions", `Deno ${machine.deno}, V8 ${machine.v8}`],
    ["packages", Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`).join(", ")],
  ];
  if (machine.git_commit !== null) {
    rows.push(["commit", `${machine.git_commit.slice(0, 12)}${machine.git_dirty ? ", with changes" : ""}`]);
  }
  if (adapter && limits && features) {
    rows.push(
      ["adapter", `${adapter.description || adapter.device}${adapter.isSoftware ? " (computes in software)" : ""}`],
      ["driver", machine.driver ?? (adapter.architecture || "as the adapter's name says")],
      [
        "limits",
        `tensor ${formatBytes(Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize))}, workgroup ` +
        `${limits.maxComputeInvocationsPerWorkgroup} threads with ${
          formatBytes(limits.maxComputeWorkgroupStorageSize)
        }`,
      ],
      [
        "features",
        Object.entries({ "timestamp-query": features.timestamps, subgroups: features.subgroups, f16: features.f16 })
          .map(([name, has]) => has ? name : `no ${name}`).join(", "),
      ],
    );
  }
  const width = Math.max(...rows.map(([name]) => name.length), ...checks.map(({ name }) => name.length)) + 2;
  const line = (name: string, text: string) => name.padEnd(width) + text;
  return [
    ...rows.map(([name, text]) => line(name, text)),
    "",
    ...checks.flatMap(({ name, state, detail, remedy }) => [
      line(name, state === "ok" ? detail : `${state}: ${detail}`),
      ...(remedy === null ? [] : [line("", `→ ${remedy}`)]),
    ]),
    "",
    can_measure ? "This machine can measure." : "This machine cannot measure: see what failed.",
  ].join("\n");
}
