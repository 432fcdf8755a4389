/** Wrong usage or configuration: one line that names the input and the remedy. The command ends with exit code 3. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Nothing could be measured: one line that says why. The command ends with exit code 2. */
export class NotMeasuredError extends Error {
  override readonly name = "NotMeasuredError";
}

/** Exit codes of every command; 130 is what a shell gives a program ended by Ctrl-C. */
export const EXIT = { done: 0, regression: 1, notMeasured: 2, usage: 3, interrupted: 130 } as const;

/** The exit code that an error stands for, or null where it is a fault of the program. */
export function exitCodeOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  // Told by name: each room has an InputError of its own, and none of them may depend on this one.
  if (error.name === "UsageError" || error.name === "InputError") return EXIT.usage;
  if (["NotMeasuredError", "GpuError", "EngineError"].includes(error.name)) return EXIT.notMeasured;
  return null;
}
