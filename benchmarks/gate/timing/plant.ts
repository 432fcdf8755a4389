import type { Launch } from "./work.ts";

/**
 * Slows a launch by work that is really added: `share` of its calls, evenly spread, launch once more. Of 20 calls, 0.05
 * makes 21 launches; what is left over carries on to the calls that follow.
 */
export function planted(launch: Launch, share: number): Launch {
  let owed = 0;
  return () => {
    launch();
    // Rounding must not lose the last of ten shares of 0.1.
    for (owed += share; owed > 1 - 1e-9; owed--) launch();
  };
}

/** The least multiple of ten calls of which `share` is a whole number, so that each sample is slowed alike; at most 200. */
export function wholeCalls(share: number): number {
  for (let calls = 10; calls < 200; calls += 10) {
    if (Math.abs(calls * share - Math.round(calls * share)) < 1e-9) return calls;
  }
  return 200;
}
