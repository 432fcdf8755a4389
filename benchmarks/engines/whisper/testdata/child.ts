/**
 * Stands in for a Whisper process in engine_over_test.ts: `child.ts HOW`. A recording's first sample says what to do: 0
 * answers, 1 fails, 2 dies with words, 3 is killed, 4 hangs, 5 runs out of memory, 6 speaks out of turn. HOW: `ready`;
 * `refuse`, whose weights do not load; `once FILE`, ready the first time only.
 */
import { readRequests } from "../protocol.ts";

const [how, file] = Deno.args;
const tell = (event: unknown): void => console.log(JSON.stringify(event));

if (how === "once") {
  try {
    await Deno.writeTextFile(file, "", { createNew: true });
  } catch {
    tell({ event: "failed", reason: "the weights are gone" });
    Deno.exit();
  }
}
if (how === "refuse") {
  tell({ event: "failed", reason: "no such model" });
  Deno.exit();
}
console.log("a library's chatter");
console.log("7");
tell({ event: "ready", runtime: "fake 1" });
let count = 0;
for await (const samples of readRequests(Deno.stdin.readable)) {
  count++;
  if (samples[0] === 1) tell({ event: "failed", reason: "this one is too much" });
  else if (samples[0] === 2) throw new Error("it broke");
  else if (samples[0] === 3) Deno.kill(Deno.pid, "SIGKILL");
  else if (samples[0] === 4) setTimeout(() => {}, 60_000);
  else if (samples[0] === 5) {
    console.error("memory allocation of 99999999 bytes failed");
    Deno.exit(134);
  } else if (samples[0] === 6) tell({ event: "ready", runtime: "fake 1" });
  else {
    console.log("more chatter");
    tell({ event: "transcript", text: `${samples.length} samples, call ${count}`, segments: null, peakBytes: count });
  }
}
Deno.exit();
