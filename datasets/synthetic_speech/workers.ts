import { InputError } from "../errors.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker.ts";

/**
 * Makes what `next` asks for in `count` threads, and hands each to `done`, one after the other in the order in which they
 * were asked for, until `done` returns false; what else was begun is finished then, and not handed over.
 *
 * Throws what a thread threw ({@link InputError} stays one), what `done` threw, and the signal's reason: then threads are
 * stopped at their work.
 */
export async function inWorkers(
  count: number,
  next: () => WorkerRequest,
  done: (request: WorkerRequest, samples: readonly number[]) => Promise<boolean>,
  signal?: AbortSignal,
): Promise<void> {
  const url = new URL("./worker.ts", import.meta.url).href;
  const workers = Array.from({ length: count }, () => new Worker(url, { type: "module" }));
  const waiting = new Map<number, () => Promise<boolean>>();
  let [asked, handed, more] = [0, 0, true];
  let handing = Promise.resolve();

  async function handOver(): Promise<void> {
    for (let hand; more && (hand = waiting.get(handed)); handed++) {
      waiting.delete(handed);
      more = await hand();
    }
  }
  async function keepBusy(worker: Worker): Promise<void> {
    while (more) {
      const [request, order] = [next(), asked++];
      const samples = await answerOf(worker, request, signal);
      waiting.set(order, () => done(request, samples));
      await (handing = handing.then(handOver));
    }
  }
  try {
    await Promise.all(workers.map(keepBusy));
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

/** What a worker, which is idle, makes of a request. */
function answerOf(worker: Worker, request: WorkerRequest, signal?: AbortSignal): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal!.reason);
    signal?.throwIfAborted();
    signal?.addEventListener("abort", onAbort, { once: true });
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
      signal?.removeEventListener("abort", onAbort);
      if ("samples" in data) return resolve(data.samples);
      const { name, message } = data.error;
      reject(name === "InputError" ? new InputError(message) : new Error(`${name}: ${message}`));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`a thread ended: ${event.message}`));
    };
    worker.postMessage(request);
  });
}
