/**
 * Measures one point of the scaling benchmark in a process of its own: `deno run benchmarks/scaling/child.ts REQUEST`,
 * REQUEST being a PointRequest as JSON. Prints PointEvents, a line of JSON each; see protocol.ts.
 */
import { GpuError } from "../../kernels/gpu/mod.ts";
import { EngineError } from "../engines/engine.ts";
import type { PointEvent, PointRequest } from "./protocol.ts";

function tell(event: PointEvent): void {
  console.log(JSON.stringify(event));
}

function statusOf(error: unknown): "out-of-memory" | "over-limit" | "failed" {
  if (error instanceof GpuError && (error.failure === "out-of-memory" || error.failure === "over-limit")) {
    return error.failure;
  }
  if (error instanceof EngineError && /out of memory/.test(error.message)) return "out-of-memory";
  if (error instanceof RangeError && /allocation failed|invalid typed array length/i.test(error.message)) {
    return "out-of-memory";
  }
  return "failed";
}

async function main({ engine, ...request }: PointRequest): Promise<void> {
  const audio = new Float32Array((await Deno.readFile(request.audio)).buffer);
  // Each is loaded only where it is measured, and takes memory nowhere else.
  if (engine === "whisper") {
    const { measureWhisper } = await import("./whisper_point.ts");
    await measureWhisper({ engine, ...request }, audio, tell);
  } else {
    const { measureOwn } = await import("./own_point.ts");
    await measureOwn({ engine, ...request }, audio, tell);
  }
}

if (import.meta.main) {
  try {
    await main(JSON.parse(Deno.args[0]));
  } catch (error) {
    tell({ event: "failed", status: statusOf(error), reason: (error as Error).message.split("\n")[0] });
  }
}
