/**
 * Tells the adapter of a WebGPU implementation, named by its one argument, in a process of its own: a driver takes tens of
 * megabytes, which the children that are measured would inherit as their peak, and Dawn is a native library. Prints a
 * ProbeResult as one line of JSON.
 */
import { type BackendName, probe } from "../../kernels/gpu/mod.ts";
import type { ProbeResult } from "./adapter.ts";

async function result(): Promise<ProbeResult> {
  try {
    return { adapter: await probe(Deno.args[0] as BackendName) ?? null, reason: null };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "GpuError") throw error;
    return { adapter: null, reason: error.message };
  }
}

console.log(JSON.stringify(await result()));
// Dawn's threads would keep the process alive.
Deno.exit(0);
