/**
 * Measures one version in a process of its own: `deno run benchmarks/gate/timing/child.ts REQUEST`, REQUEST being a SampleRequest
 * as JSON. Prints a SampleAnswer, one line of JSON. The program is always the gate's own, so that both versions are
 * measured alike; kernels and models are imported from the folder of the version.
 */
import type { Gpu } from "../../../kernels/gpu/mod.ts";
import { oneLine } from "../version.ts";
import { GATE_BENCHMARKS } from "./benchmarks.ts";
import { planted } from "./plant.ts";
import type { Clock, SampleAnswer, Sampled, SampleRequest } from "./protocol.ts";
import { clockOf, timed } from "./stopwatch.ts";
import { openDevice, prepare } from "./work.ts";

/** Seconds of one sample, and of the work that precedes each on a GPU, whose clock falls while it idles. */
const SAMPLE_SECONDS = 0.04;
const MOST_LAUNCHES = 2000;

interface Prepared {
  readonly name: string;
  readonly launches: number;
  readonly seconds: number[];
  run(launches: number): Promise<number>;
}

/** Measures what is asked for. Throws where the version at `root` gives no device. */
export async function measure(request: SampleRequest): Promise<SampleAnswer> {
  using gpu = await openDevice(request.root, request.gpu);
  using _inputs = gpu.scope();
  const clock = clockOf(gpu);
  const missing: Record<string, string> = {};
  const prepared: Prepared[] = [];
  for (const name of request.names) {
    try {
      prepared.push(await prepareOne(gpu, clock, request, name));
    } catch (error) {
      missing[name] = oneLine(error);
    }
  }
  // In turns, so that a disturbance does not hit all samples of one benchmark.
  // The first turn is not counted: what the host compiles as it goes slows it by 2 to 15 %.
  for (let turn = 0; turn <= request.samples; turn++) {
    for (const { launches, seconds, run } of prepared) {
      if (clock !== "processor") await run(launches);
      const one = await run(launches);
      if (turn > 0) seconds.push(one);
    }
  }
  const sampled: Sampled[] = prepared.map(({ name, launches, seconds }) => ({ name, launches, seconds }));
  return { adapter: gpu.adapter, clock, sampled, missing };
}

async function prepareOne(gpu: Gpu, clock: Clock, request: SampleRequest, name: string): Promise<Prepared> {
  const benchmark = GATE_BENCHMARKS.find((known) => known.name === name)!;
  const work = gpu.adapter.isSoftware ? benchmark.software : benchmark.gpu;
  const launch = await prepare(request.root, gpu, work);
  const { plant } = request;
  const slowed = plant !== null && name.includes(plant.match) ? planted(launch, plant.share) : launch;
  const run = async (launches: number): Promise<number> => {
    const seconds = await timed(gpu, clock, () => {
      for (let i = 0; i < launches; i++) {
        using _scratch = gpu.scope();
        slowed();
      }
    });
    return seconds / launches;
  };
  await run(1); // compiles
  const launches = request.launches[name] ?? await enough(run, request.multiple);
  return { name, launches, seconds: [], run };
}

/** Launches that fill a sample, a multiple of `multiple`. */
async function enough(run: (launches: number) => Promise<number>, multiple: number): Promise<number> {
  const each = Math.min(await run(multiple), await run(multiple));
  return multiple * Math.max(1, Math.round(Math.min(MOST_LAUNCHES, SAMPLE_SECONDS / each) / multiple));
}

async function answer(): Promise<SampleAnswer> {
  try {
    return await measure(JSON.parse(Deno.args[0]) as SampleRequest);
  } catch (error) {
    return { failed: oneLine(error) };
  }
}

if (import.meta.main) {
  console.log(JSON.stringify(await answer()));
  // Threads of a driver would keep the process alive.
  Deno.exit(0);
}
