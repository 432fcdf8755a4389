import type { EngineName } from "./protocol.ts";

/** A point to measure. */
export interface PlannedPoint {
  readonly engine: EngineName;
  readonly minutes: number;
  readonly batch: number;
}

/** One name for a point. */
export function pointKey({ engine, minutes, batch }: PlannedPoint): string {
  return `${engine} ${minutes} ${batch}`;
}

/**
 * The order of measuring: the most telling points first, since a time box may end before the last. Batches ascend; within
 * one, samba goes over all lengths; then every other engine has its shortest one, from which its other times are predicted;
 * then samba-streaming goes over its other lengths, the rest on the adapter take turns at each length, and whisper, which
 * takes the longest, comes last. So every engine's lengths ascend within a batch, which is what predictions rest on.
 */
export function planPoints(
  engines: readonly EngineName[],
  minutes: readonly number[],
  batches: readonly number[],
): PlannedPoint[] {
  const [shortest, ...longer] = [...minutes].sort((p, q) => p - q);
  const named = (name: EngineName): EngineName[] => engines.filter((engine) => engine === name);
  const others = engines.filter((engine) => engine !== "samba");
  const rest = others.filter((engine) => engine !== "samba-streaming" && engine !== "whisper");
  return [...batches].sort((p, q) => p - q).flatMap((batch) => [
    ...named("samba").flatMap((engine) => [shortest, ...longer].map((minutes) => ({ engine, minutes, batch }))),
    ...others.map((engine) => ({ engine, minutes: shortest, batch })),
    ...named("samba-streaming").flatMap((engine) => longer.map((minutes) => ({ engine, minutes, batch }))),
    ...longer.flatMap((minutes) => rest.map((engine) => ({ engine, minutes, batch }))),
    ...named("whisper").flatMap((engine) => longer.map((minutes) => ({ engine, minutes, batch }))),
  ]);
}
