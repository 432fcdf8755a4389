import { allowing, type ChildEnd, runChild } from "../harness/child.ts";
import { type Sampler, watchPeak } from "../harness/outside_memory.ts";
import { flagsFor } from "./adapter.ts";
import { whisperPermissions } from "./weights.ts";
import type { PointEvent, PointRequest, StageSeconds } from "./protocol.ts";

/** What is asked of a child, as far as this process must know it: the rest is between the two of them. */
export type ChildRequest = Pick<PointRequest, "gpu"> & Partial<Pick<PointRequest, "engine" | "audio" | "weights">>;

/** An event of one kind. */
export type EventOf<Kind extends PointEvent["event"]> = Extract<PointEvent, { readonly event: Kind }>;

/** All that is known of a point after its child has ended, however it ended. */
export interface PointRun {
  readonly ready: EventOf<"ready"> | null;
  readonly warmups: readonly number[];
  readonly samples: readonly { readonly seconds: number; readonly stages: StageSeconds }[];
  readonly done: EventOf<"done"> | null;
  readonly failed: EventOf<"failed"> | null;
  readonly end: ChildEnd;
  /** From the child's start until it was ready; null where it never was. */
  readonly startSeconds: number | null;
  /** From then until its last warm-up or repeat was finished. */
  readonly workSeconds: number;
  /** Peak over the baseline, from outside the child; null where nothing could see it. */
  readonly outsideBytes: number | null;
}

/** Milliseconds between two looks at memory from outside: each asks the driver that is being timed. */
const PAUSE_MS = 250;

/**
 * Measures a point in a child process, which is killed after `deadlineSeconds`. Events reach `onEvent` as they come.
 *
 * @param script The program that measures: child.ts, or a stand-in for it in tests.
 */
export async function measurePoint(
  script: string,
  request: ChildRequest,
  deadlineSeconds: number,
  sampler: Sampler | null,
  interrupt: AbortSignal,
  onEvent: (event: PointEvent) => void,
): Promise<PointRun> {
  const events: PointEvent[] = [];
  const started = performance.now();
  let startSeconds: number | null = null;
  let workSeconds = 0;
  const onLine = (line: string): void => {
    const event = parseEvent(line);
    if (event === null) return;
    events.push(event);
    const seconds = (performance.now() - started) / 1000;
    if (event.event === "ready") startSeconds = seconds;
    if (event.event === "warmup" || event.event === "sample") workSeconds = seconds - (startSeconds ?? 0);
    onEvent(event);
  };
  // What the GPU holds says nothing of an engine that computes elsewhere.
  const watch = sampler === null || request.engine === "whisper" ? null : await watchPeak(sampler, PAUSE_MS);
  const end = await runChild(
    script,
    permissionsFor(request),
    JSON.stringify(request),
    onLine,
    deadlineSeconds,
    interrupt,
  );
  const last = <Kind extends PointEvent["event"]>(kind: Kind): EventOf<Kind> | null =>
    events.findLast((event): event is EventOf<Kind> => event.event === kind) ?? null;
  return {
    ready: last("ready"),
    warmups: events.flatMap((event) => event.event === "warmup" ? [event.seconds] : []),
    samples: events.flatMap((event) => event.event === "sample" ? [event] : []),
    done: last("done"),
    failed: last("failed"),
    end,
    startSeconds,
    workSeconds,
    outsideBytes: watch === null ? null : await watch.stop(),
  };
}

function permissionsFor({ engine, audio, gpu, weights }: ChildRequest): string[] {
  const paths = [audio, weights?.path].filter((path) => path !== undefined);
  if (engine === "whisper") return whisperPermissions(paths);
  return [...(paths.length === 0 ? [] : [allowing("read", paths)]), ...flagsFor(gpu)];
}

/** The event that a line holds; null where it is something else, as a library may print what it likes. */
function parseEvent(line: string): PointEvent | null {
  if (!line.startsWith("{")) return null;
  try {
    const value = JSON.parse(line) as PointEvent;
    return typeof value.event === "string" ? value : null;
  } catch {
    return null;
  }
}
