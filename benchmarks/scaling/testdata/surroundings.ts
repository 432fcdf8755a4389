import type { Progress } from "../../harness/progress.ts";
import { SOFTWARE_DEFAULTS } from "../defaults.ts";
import type { Options } from "../options.ts";
import type { Surroundings } from "../run.ts";

/** Progress that keeps its lines. */
export function quietProgress(): Progress & { readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, status: () => {}, line: (text) => void lines.push(text) };
}

/** The URL of the fake child, with how its points go, such as {"samba 0.02": "hang"}. */
export function fakeChild(behaviours: Readonly<Record<string, string>> = {}): string {
  const url = new URL("./fake_child.ts", import.meta.url);
  for (const [point, behaviour] of Object.entries(behaviours)) url.searchParams.set(point, behaviour);
  return url.href;
}

/** The URL of a program that finds weights at every path but where `refuse` or `unavailable` stands in it. */
export function fakeWeights(): string {
  return new URL("./fake_weights.ts", import.meta.url).href;
}

/** Options for a run of two engines on about a second of audio, without a total budget. */
export function tinyOptions(out: string, changed: Partial<Options> = {}): Options {
  return {
    ...SOFTWARE_DEFAULTS,
    engines: ["samba", "transformer-naive"],
    minutes: [0.01, 0.02],
    warmups: 1,
    repeats: 3,
    budgetSeconds: 30,
    totalBudgetSeconds: null,
    gpu: "deno",
    weights: {},
    foundWhisper: null,
    dataRoot: null,
    seed: 7,
    out,
    resume: false,
    keepAudio: false,
    ...changed,
  };
}

/** Surroundings of a made-up machine, where a fake child measures. */
export function fakeSurroundings(changed: Partial<Surroundings> = {}): Surroundings {
  return {
    command: "deno task bench:scaling",
    startedAt: "2026-01-02T03:04:05.000Z",
    adapter: {
      backend: "deno",
      vendor: "none",
      architecture: "",
      device: "fake",
      description: "a made-up adapter",
      isSoftware: true,
    },
    machine: () =>
      Promise.resolve({
        git_commit: null,
        git_dirty: null,
        driver: null,
        os: "linux",
        cpu: "some processor",
        cpu_cores: 2,
        memory_bytes: 1024,
        deno: "2",
        v8: "1",
        packages: {},
      }),
    childScript: fakeChild(),
    weightsScript: fakeWeights(),
    sampler: null,
    progress: quietProgress(),
    interrupt: new AbortController().signal,
    elapsed: () => 0,
    ...changed,
  };
}

/** Runs `test` with a fresh folder, which is gone afterwards. */
export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "samba-scaling-" });
  try {
    await test(await Deno.realPath(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
