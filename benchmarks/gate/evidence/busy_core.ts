import { runChild } from "../../harness/child.ts";

/** Keeps one core busy while `work` runs, if it is to be busy. */
export async function besideBusyCore<T>(busy: boolean, work: () => Promise<T>): Promise<T> {
  if (!busy) return await work();
  const stop = new AbortController();
  const spinning = runChild(new URL("./busy.ts", import.meta.url).href, [], "", () => {}, 24 * 3600, stop.signal);
  try {
    return await work();
  } finally {
    stop.abort();
    await spinning;
  }
}
