import { GpuError, type GpuFailure } from "./errors.ts";

/**
 * What went wrong on a device, which WebGPU tells later than the call that caused it. The first failure stays and is
 * thrown by everything after it: results computed behind an error are worthless.
 */
export class Failures {
  #first: GpuError | undefined;
  /** Resolves when every error scope popped so far has answered. */
  #answered: Promise<void> = Promise.resolve();

  /** Takes the answer of an error scope. Answers count in the order asked for: a shader's error before its dispatch's. */
  watch(answer: Promise<GpuError | undefined>): void {
    const safe = answer.catch(() => undefined); // a lost device rejects, and its loss is told apart
    this.#answered = this.#answered.then(async () => {
      const error = await safe;
      this.#first ??= error;
    });
  }

  /** Takes an error that the device told of its own accord, while `kernels` were at work. */
  fail(failure: GpuFailure, message: string, kernels: readonly string[]): void {
    const line = oneLine(message);
    this.#first ??= new GpuError(
      failure,
      failure === "device-lost"
        ? `${
          inKernels(kernels)
        }the GPU device was lost (${line}): run again, with a smaller batch or shorter audio if it recurs`
        : inKernels(kernels) + line,
    );
  }

  /** Throws the failure, if there is one. */
  check(): void {
    if (this.#first) throw this.#first;
  }

  /** Waits for all answers, then checks. */
  async settle(): Promise<void> {
    await this.#answered;
    this.check();
  }
}

/** "in kernel a: " or "in one of the kernels a, b, …: ": a submit's error does not say which dispatch it was. */
export function inKernels(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  if (distinct.length === 0) return "";
  if (distinct.length === 1) return `in kernel ${distinct[0]}: `;
  return `in one of the kernels ${distinct.slice(-6).join(", ")}: `;
}

/** A driver's message of several lines as one. */
export function oneLine(message: string): string {
  return message.split("\n").map((line) => line.trim()).filter((line) => line !== "").join(" ");
}
