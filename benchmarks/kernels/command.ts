import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type KernelBenchmark, measureKernel } from "../../kernels/bench.ts";
import { type Gpu, openGpu } from "../../kernels/gpu/mod.ts";
import { significant } from "../../reports/format.ts";
import { commandLine, describeMachine } from "../harness/environment.ts";
import { EXIT, NotMeasuredError, UsageError } from "../harness/errors.ts";
import { stderrProgress } from "../harness/progress.ts";
import { makeFolder } from "../scaling/store.ts";
import { bufferCopyRate, copyBenchmark, copyBytes } from "./copy.ts";
import { BENCH_FILES } from "./list.ts";
import { Bench } from "./measure.ts";
import { HELP, type KernelOptions, parseKernelOptions } from "./options.ts";
import { type KernelRow, type MeasuredKernel, measuredRow } from "./row.ts";
import { kernelTable } from "./table.ts";

/** `samba bench:kernels`: returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const options = parseKernelOptions(args);
  if (!options) {
    console.log(HELP);
    return EXIT.done;
  }
  const chosen = chosenBenchmarks(options);
  const folder = options.out === null ? null : await makeFolder(options.out);
  using bench = new Bench(() => openGpu(options.gpu));
  const gpu = await bench.gpu();
  const progress = stderrProgress();
  progress.status("copy bandwidth");
  const copy = await measureCopy(gpu, options.samples);
  const rows: KernelRow[] = [copy.kernel];
  const environment = await describeEnvironment(gpu, commandLine("deno task bench:kernels", args));
  const result = () => ({ kind: "kernels", schema_version: 1, environment, buffer_copy_rate: copy.bufferRate, rows });
  for (const [i, benchmark] of chosen.entries()) {
    progress.status(`${i + 1}/${chosen.length} ${benchmark.name}`);
    rows.push(await bench.measure(benchmark, options.samples, copy.kernel.bytes_per_second));
    // After each, so that whatever stops the rest takes nothing with it.
    if (folder !== null) await writeJson(join(folder, "kernels.json"), result());
  }
  progress.status("");
  console.log(options.json ? JSON.stringify(result(), null, 2) : summary(gpu, copy.bufferRate, rows));
  return rows.some(({ status }) => status === "ok") ? EXIT.done : EXIT.notMeasured;
}

function chosenBenchmarks({ only, candidates }: KernelOptions): readonly KernelBenchmark[] {
  const all = BENCH_FILES.flatMap((file) => [...file.benchmarks, ...(candidates ? file.candidates ?? [] : [])]);
  // A candidate at a shape that is measured anyway need not be measured twice.
  const chosen = new Map(all.filter(({ name }) => name.includes(only)).map((benchmark) => [benchmark.name, benchmark]));
  if (chosen.size > 0) return [...chosen.values()];
  const operations = [...new Set(all.map(({ name }) => name.split(" ")[0]))].join(", ");
  throw new UsageError(`--only: no benchmark's name contains ${JSON.stringify(only)}; they begin with ${operations}`);
}

async function measureCopy(gpu: Gpu, samples: number): Promise<{ kernel: MeasuredKernel; bufferRate: number }> {
  if (!gpu.features.timestamps) {
    throw new NotMeasuredError("this adapter has no timestamp-query, by which kernels are timed; try --gpu dawn");
  }
  const benchmark = copyBenchmark(copyBytes(gpu));
  const times = await measureKernel(gpu, benchmark, samples);
  const row = measuredRow(benchmark, times, null);
  const bufferRate = await bufferCopyRate(gpu, copyBytes(gpu));
  gpu.trim();
  return { kernel: { ...row, copy_share: 1 }, bufferRate };
}

async function describeEnvironment(gpu: Gpu, command: string): Promise<Record<string, unknown>> {
  const machine = await describeMachine(fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, ""));
  const { adapter, limits, features } = gpu;
  return { command, started_at: new Date().toISOString(), ...machine, adapter, limits, features };
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(`${path}.tmp`, JSON.stringify(value, null, 2) + "\n");
  await Deno.rename(`${path}.tmp`, path);
}

function summary({ adapter }: Gpu, bufferRate: number, rows: readonly KernelRow[]): string {
  const where = `${adapter.description || adapter.device}${adapter.isSoftware ? " (computes in software)" : ""}`;
  return [
    `${where}, WebGPU by ${adapter.backend}; buffer-to-buffer copy ${significant(bufferRate / 1e9)} GB/s`,
    "",
    kernelTable(rows),
  ].join("\n");
}
