/**
 * Measures one point of the scaling benchmark in a process of its own: `deno run benchmarks/scaling/child.ts REQUEST`,
 * REQUEST being a PointRequest as JSON. Prints PointEvents, a line of JSON each; see protocol.ts.
 */
import { measureForParent } from "./child_main.ts";
import type { PointEvent, PointRequest } from "./protocol.ts";

async function measure({ engine, ...request }: PointRequest, tell: (event: PointEvent) => void): Promise<void> {
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

if (import.meta.main) await measureForParent(measure);
