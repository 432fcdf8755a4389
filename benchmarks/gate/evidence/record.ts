/**
 * Records rounds of the timing lane, this version against itself, in which every difference is noise: a line of JSON each,
 * with one core kept busy in every second ten of them. `resample.ts` makes gate runs of them.
 *
 *   deno run --allow-read --allow-write --allow-run=deno,git benchmarks/gate/evidence/record.ts ROUNDS FILE
 *
 * 200 rounds take 20 minutes on two cores of an AMD EPYC, and 30 where others use them too.
 */
import { onInterrupt } from "../../harness/interrupt.ts";
import { stderrProgress } from "../../harness/progress.ts";
import { PROJECT_ROOT } from "../../harness/project.ts";
import { folderVersion } from "../checkout.ts";
import { parseGateOptions } from "../options.ts";
import { beginTiming } from "../timing/lane.ts";
import { besideBusyCore } from "./busy_core.ts";
import type { RecordedRound } from "./recorded.ts";

const ROUNDS_OF_A_KIND = 10;

/** Appends `count` rounds to `file`; how many they were, which is fewer when interrupted. */
async function record(count: number, file: string, interrupt: AbortSignal): Promise<number> {
  const version = await folderVersion("", PROJECT_ROOT, "this version");
  const options = parseGateOptions(["--against", PROJECT_ROOT, "--seed", String(Date.now() % 2 ** 31)])!;
  const progress = stderrProgress();
  const script = new URL("../timing/child.ts", import.meta.url).href;
  const run = await beginTiming({ ...options, baseline: version, candidate: version }, { progress, interrupt, script });
  if (run === null) return 0;
  const { launches } = run.timing;
  for (let done = 0; done < count;) {
    const busy = Math.floor(done / ROUNDS_OF_A_KIND) % 2 === 1;
    const ended = await besideBusyCore(busy, async () => {
      for (let i = 0; i < ROUNDS_OF_A_KIND && done < count; i++) {
        progress.status(`round ${done + 1} of ${count}${busy ? ", one core busy" : ""}`);
        const round = await run.measureRound();
        if (round === null) return true;
        const recorded: RecordedRound = { busy, launches, round };
        await Deno.writeTextFile(file, JSON.stringify(recorded) + "\n", { append: true });
        done++;
      }
      return false;
    });
    if (ended) return done;
  }
  return count;
}

if (import.meta.main) {
  const [count, file] = Deno.args;
  if (!(Number(count) >= 1) || !file) {
    console.error("give how many rounds to record, and the file that they are added to");
    Deno.exit(3);
  }
  const done = await record(Number(count), file, onInterrupt().signal);
  console.log(`${done} rounds added to ${file}`);
  Deno.exit(done === Number(count) ? 0 : 2);
}
