/**
 * Measures training steps in a process of its own: `deno run benchmarks/training/child.ts REQUEST`, REQUEST being a
 * StepsRequest as JSON. Prints PointEvents, a line of JSON each; see protocol.ts.
 */
import { measureForParent } from "../scaling/child_main.ts";
import { measureSteps } from "./measure_steps.ts";

if (import.meta.main) await measureForParent(measureSteps);
