import { printed } from "./spawn.ts";

/** Memory in use in bytes, as something outside the measured process sees it; null where it cannot be told. */
export type Sampler = () => Promise<number | null>;

/** A watch over memory while a child runs. */
export interface PeakWatch {
  /** Ends the watch: the greatest less the least that was seen, in bytes, or null where nothing was. */
  stop(): Promise<number | null>;
}

/**
 * Samples memory now, for a baseline, and then again and again until stopped. The baseline is the least that was seen:
 * a driver may give back what an earlier process held only after the watch began.
 */
export async function watchPeak(sample: Sampler, pauseMs: number): Promise<PeakWatch> {
  let least = Infinity;
  let greatest = -Infinity;
  const look = async (): Promise<void> => {
    const bytes = await sample();
    if (bytes === null) return;
    least = Math.min(least, bytes);
    greatest = Math.max(greatest, bytes);
  };
  await look();
  let wake: () => void = () => {};
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      if (!stopped) await look();
    }
  })();
  return {
    async stop() {
      stopped = true;
      wake();
      await watching;
      return greatest >= least ? greatest - least : null;
    },
  };
}

/**
 * Memory used on the first NVIDIA GPU by all processes, in bytes, from nvidia-smi; null where there is no such program or
 * it cannot tell. Vulkan heeds no CUDA_VISIBLE_DEVICES, so on a machine of several GPUs it is always the first that counts.
 */
export async function nvidiaMemory(): Promise<number | null> {
  const text = await nvidiaQuery("memory.used");
  const mebibytes = text === null ? NaN : Number(text);
  return Number.isFinite(mebibytes) ? mebibytes * 2 ** 20 : null;
}

/** One figure about the first NVIDIA GPU, by its nvidia-smi name such as `driver_version`; null where there is none. */
export async function nvidiaQuery(field: string): Promise<string | null> {
  const text = await printed("nvidia-smi", [`--query-gpu=${field}`, "--format=csv,noheader,nounits", "--id=0"]);
  return text?.trim() || null;
}
