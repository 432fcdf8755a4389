import { GpuError } from "../../kernels/gpu/mod.ts";
import { EngineError } from "../engines/engine.ts";
import type { PointEvent } from "./protocol.ts";

/**
 * The program of a child process that measures a point: hands the request, its one JSON argument, to `measure`, and prints
 * the events that this tells, a line of JSON each. What it throws is the event `failed`.
 */
export async function measureForParent<Request>(
  measure: (request: Request, tell: (event: PointEvent) => void) => Promise<void>,
): Promise<void> {
  const tell = (event: PointEvent): void => console.log(JSON.stringify(event));
  try {
    await measure(JSON.parse(Deno.args[0]) as Request, tell);
  } catch (error) {
    tell({ event: "failed", status: statusOf(error), reason: (error as Error).message.split("\n")[0] });
  }
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
