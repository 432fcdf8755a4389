/** Sends itself the signal that its argument names, twice: the first is heeded, the second ends it. */
import { onInterrupt } from "../interrupt.ts";

const { signal } = onInterrupt();
const name = Deno.args[0] as Deno.Signal;
signal.addEventListener("abort", () => {
  console.log("heard it");
  setTimeout(() => Deno.kill(Deno.pid, name));
});
Deno.kill(Deno.pid, name);
await new Promise((resolve) => setTimeout(resolve, 60_000));
