/** Sends itself the signal that its argument names, twice at once, which is one interruption, and again later, which ends it. */
import { onInterrupt } from "../interrupt.ts";

const { signal } = onInterrupt();
const name = Deno.args[0] as Deno.Signal;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
signal.addEventListener("abort", () => console.log("heard it"));
Deno.kill(Deno.pid, name);
await pause(200);
Deno.kill(Deno.pid, name);
await pause(2200);
console.log("still there");
Deno.kill(Deno.pid, name);
await pause(60_000);
