import { type KernelBenchmark, measureKernel } from "../../kernels/bench.ts";
import { type Gpu, openGpu } from "../../kernels/gpu/mod.ts";
import { copyKernelRow } from "../../reports/kernels_rows.ts";
import { type CopyKernel, KERNELS_SCHEMA_VERSION, type KernelsReport } from "../../reports/kernels_schema.ts";
import { kernelsSummary } from "../../reports/kernels_terminal.ts";
import { writeKernels } from "../../reports/kernels_write.ts";
import { adapterField, featureNames, ownDriver } from "../harness/device.ts";
import { commandLine, describeMachine } from "../harness/environment.ts";
import { EXIT, NotMeasuredError, UsageError } from "../harness/errors.ts";
import { makeFolder } from "../harness/folder.ts";
import { stderrProgress } from "../harness/progress.ts";
import { PROJECT_ROOT } from "../harness/project.ts";
import { bufferCopyRate, copyBenchmark, copyBytes } from "./copy.ts";
import { BENCH_FILES } from "./list.ts";
import { Bench } from "./measure.ts";
import { HELP, type KernelOptions, parseKernelOptions } from "./options.ts";

/** `deno task bench:kernels`: returns the exit code. */
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
  const environment = await describeEnvironment(gpu, commandLine("deno task bench:kernels", args));
  const progress = stderrProgress();
  progress.status("copy bandwidth");
  const copy = await measureCopy(gpu, options.samples);
  const report: KernelsReport = {
    kind: "kernels",
    schema_version: KERNELS_SCHEMA_VERSION,
    environment,
    buffer_copy_rate: copy.bufferRate,
    rows: [copy.kernel],
  };
  for (const [i, benchmark] of chosen.entries()) {
    progress.status(`${i + 1}/${chosen.length} ${benchmark.name}`);
    report.rows.push(await bench.measure(benchmark, options.samples, copy.kernel.bytes_per_second));
    // After each, so that whatever stops the rest takes nothing with it.
    if (folder !== null) await writeKernels(report, folder);
  }
  progress.status("");
  console.log(options.json ? JSON.stringify(report, null, 2) : kernelsSummary(report));
  // The copy was measured, or nothing would have come this far.
  return report.rows.slice(1).some(({ status }) => status === "ok") ? EXIT.done : EXIT.notMeasured;
}

function chosenBenchmarks({ only, candidates }: KernelOptions): readonly KernelBenchmark[] {
  const all = BENCH_FILES.flatMap((file) => [...file.benchmarks, ...(candidates ? file.candidates ?? [] : [])]);
  // A candidate at a shape that is measured anyway need not be measured twice.
  const chosen = new Map(all.filter(({ name }) => name.includes(only)).map((benchmark) => [benchmark.name, benchmark]));
  if (chosen.size > 0) return [...chosen.values()];
  const operations = [...new Set(all.map(({ name }) => name.split(" ")[0]))].join(", ");
  throw new UsageError(`--only: no benchmark's name contains ${JSON.stringify(only)}; they begin with ${operations}`);
}

async function measureCopy(gpu: Gpu, samples: number): Promise<{ kernel: CopyKernel; bufferRate: number }> {
  if (!gpu.features.timestamps) {
    throw new NotMeasuredError("this adapter has no timestamp-query, by which kernels are timed; try --gpu dawn");
  }
  const bytes = copyBytes(gpu);
  const benchmark = copyBenchmark(bytes);
  const kernel = copyKernelRow(benchmark.name, benchmark.bytes, await measureKernel(gpu, benchmark, samples));
  const bufferRate = await bufferCopyRate(gpu, bytes);
  gpu.trim();
  return { kernel, bufferRate };
}

async function describeEnvironment(gpu: Gpu, command: string): Promise<KernelsReport["environment"]> {
  const machine = await describeMachine(PROJECT_ROOT);
  return {
    ...machine,
    driver: ownDriver(gpu.adapter, machine.driver),
    command,
    started_at: new Date().toISOString(),
    adapter: adapterField(gpu.adapter),
    limits: { ...gpu.limits },
    features: featureNames(gpu.features),
  };
}
