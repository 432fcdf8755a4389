import type { Row } from "../../reports/schema.ts";
import { killedByAnother } from "../harness/child.ts";
import type { PointRun } from "./measure_point.ts";

/** A point that failed while nothing had run yet. */
export interface Fault {
  readonly engine: string;
  /** What two faults have in common when they have the same cause. */
  readonly cause: string;
  /** The reason in the point's row. */
  readonly reason: string;
}

/**
 * How a point failed in a way that may be the adapter's and not its own; null where it was measured, or ran into a limit,
 * memory or its budget, all of which only an adapter that works can tell, or was killed from outside.
 */
export function faultOf(row: Row, { ready, end }: PointRun): Fault | null {
  if (row.status === "ok" || killedByAnother(end)) return null;
  const { engine, reason } = row;
  if (row.status === "failed") return { engine, cause: reason, reason };
  // The reason tells the deadline, which differs from point to point.
  return end.stopped === "deadline" && ready === null ? { engine, cause: "no model was loaded", reason } : null;
}

/**
 * Why nothing can be measured on this adapter, one line: two engines (or, `single`, the only one twice) failed for the same
 * cause before anything ran. Null where the faults do not say so.
 */
export function adapterFault(faults: readonly Fault[], single: boolean): string | null {
  for (const [index, fault] of faults.entries()) {
    const alike = faults.slice(0, index)
      .find(({ engine, cause }) => cause === fault.cause && (single || engine !== fault.engine));
    if (alike === undefined) continue;
    const who = single ? `${fault.engine} failed twice` : `${alike.engine} and ${fault.engine} failed alike`;
    return `${who}, ${fault.reason}`;
  }
  return null;
}
