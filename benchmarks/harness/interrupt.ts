/** Ctrl-C and SIGTERM as an abort signal. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back their usual effect. */
  release(): void;
}

/** `deno task` forwards what the terminal or `timeout` sends to the whole process group: one Ctrl-C then comes twice. */
const SAME_INTERRUPTION_MS = 2000;

/**
 * Listens for Ctrl-C and SIGTERM. The first of them fires the abort signal, so that the command can write what it has; a
 * repeat within two seconds is the same interruption. From then on they have their usual effect, so that a later one ends a
 * command that hangs.
 */
export function onInterrupt(): Interruption {
  const controller = new AbortController();
  const signals: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  const release = (): void => {
    for (const signal of signals) Deno.removeSignalListener(signal, fire);
  };
  const fire = (): void => {
    if (controller.signal.aborted) return;
    Deno.unrefTimer(setTimeout(release, SAME_INTERRUPTION_MS));
    controller.abort();
  };
  for (const signal of signals) Deno.addSignalListener(signal, fire);
  return { signal: controller.signal, release };
}
