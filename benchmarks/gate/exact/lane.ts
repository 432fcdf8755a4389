import type { AdapterDescription, BackendName } from "../../../kernels/gpu/mod.ts";
import { exactDifferences } from "../../../reports/gate/exact_differences.ts";
import type { ExactLane } from "../../../reports/gate/schema.ts";
import { NotMeasuredError } from "../../harness/errors.ts";
import { ask } from "../ask.ts";
import { baselineFile, readBaseline, type Section, writeBaseline } from "./baseline.ts";
import { classOf } from "./device_class.ts";
import type { ExactAnswer, ExactRequest, Items } from "./protocol.ts";

/** What one version has, section by section, and on which adapter the second was computed. */
export interface Found {
  readonly sections: ReadonlyMap<Section, Items>;
  readonly adapter: AdapterDescription | null;
  /** Why what is heard could not be computed. */
  readonly problem: string | null;
}

/**
 * Finds the exact lane's items of the version at `root`; null when interrupted. What needs an adapter may fail on a machine
 * without one. Throws NotMeasuredError where the version does not run at all.
 */
export async function findItems(root: string, gpu: BackendName, interrupt: AbortSignal): Promise<Found | null> {
  const script = new URL("./child.ts", import.meta.url).href;
  const part = (part: ExactRequest["part"]) => {
    const request: ExactRequest = { root, part, gpu };
    return ask<ExactAnswer>(script, root, request, `${root} does not run`, interrupt);
  };
  const counted = await part("counted");
  if (counted === null) return null;
  const sections = new Map<Section, Items>([["any", counted.items]]);
  try {
    const heard = await part("heard");
    if (heard === null) return null;
    const { items, adapter } = heard;
    if (adapter !== null) sections.set(classOf(adapter), items);
    return { sections, adapter, problem: null };
  } catch (error) {
    if (!(error instanceof NotMeasuredError)) throw error;
    return { sections, adapter: null, problem: error.message };
  }
}

/** Compares what was found with the version's own baselines. Throws UsageError for baselines that are broken. */
export async function compareWithBaseline(root: string, { sections, problem }: Found): Promise<ExactLane> {
  const lane: ExactLane = { compared: [], differences: [], problems: problem === null ? [] : [problem] };
  for (const [section, items] of sections) {
    const was = await readBaseline(root, section);
    const file = baselineFile(section);
    if (was === null) {
      lane.problems.push(`no ${file}: \`deno task gate --accept\` on this machine writes it; commit it then`);
      continue;
    }
    lane.compared.push({ file, items: Object.keys(was).length });
    lane.differences.push(...exactDifferences(was, items));
  }
  return lane;
}

/** Writes what was found as the version's baselines; returns their paths. */
export async function acceptItems(root: string, { sections }: Found): Promise<string[]> {
  const paths: string[] = [];
  for (const [section, items] of sections) paths.push(await writeBaseline(root, section, items));
  return paths;
}
