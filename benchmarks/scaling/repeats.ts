import type { PointRequest } from "./protocol.ts";

/**
 * Warm-ups, then timed repeats of a point, each handed on as soon as it is done. The first of either is always made; a
 * further one only while the budget is expected to hold it, by the longest so far with all that it does besides.
 */
export async function repeatWithin<T>(
  { warmups, repeats, budgetSeconds }: Pick<PointRequest, "warmups" | "repeats" | "budgetSeconds">,
  once: () => Promise<T>,
  warmedUp: (result: T) => void,
  repeated: (result: T) => Promise<void>,
): Promise<void> {
  const begun = performance.now();
  let longest = 0;
  const timed = async (): Promise<T> => {
    const start = performance.now();
    const result = await once();
    longest = Math.max(longest, (performance.now() - start) / 1000);
    return result;
  };
  const fits = () => (performance.now() - begun) / 1000 + longest <= budgetSeconds;
  for (let i = 0; i < warmups && (i === 0 || fits()); i++) warmedUp(await timed());
  for (let i = 0; i < repeats && (i === 0 || fits()); i++) await repeated(await timed());
}
