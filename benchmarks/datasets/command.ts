import { datasetNamed, DATASETS } from "../../datasets/registry.ts";
import { EXIT } from "../harness/errors.ts";
import { onInterrupt } from "../harness/interrupt.ts";
import { type Progress, stderrProgress } from "../harness/progress.ts";
import { check } from "./check.ts";
import { get, type HubEnvironment } from "./get.ts";
import { getSpeech } from "./get_speech.ts";
import { list } from "./list.ts";
import { HELP, parseDatasetsOptions } from "./options.ts";
import { findingText, listText } from "./text.ts";

/** `deno task datasets`: returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const options = parseDatasetsOptions(args, { dataRoot: Deno.env.get("SAMBA_DATA") });
  if (!options) {
    console.log(HELP);
    return EXIT.done;
  }
  const { action, id, dataRoot, decode, json, speech } = options;
  if (action === "list") {
    const sets = await list(DATASETS, dataRoot);
    const report = { kind: "datasets", schema_version: 1, data_root: dataRoot, sets };
    console.log(json ? JSON.stringify(report, null, 2) : listText(dataRoot, sets));
    return EXIT.done;
  }
  const entry = datasetNamed(id);
  if (action === "get") {
    return await untilInterrupted(
      (progress, signal) =>
        speech ? getSpeech(speech, progress, { signal }) : get(entry, dataRoot, hubEnvironment, progress, { signal }),
    );
  }
  const progress = stderrProgress();
  try {
    const finding = await check(entry, dataRoot, decode, (doing) => progress.status(doing));
    progress.status("");
    console.log(json ? JSON.stringify(finding, null, 2) : findingText(finding));
    return finding.state === "whole" ? EXIT.done : EXIT.regression;
  } finally {
    progress.status("");
  }
}

/** What the environment says of the hub; asked for only where a set lies there. */
function hubEnvironment(): HubEnvironment {
  return { token: Deno.env.get("HF_TOKEN") || undefined, endpoint: Deno.env.get("HF_ENDPOINT") || undefined };
}

async function untilInterrupted(getting: (progress: Progress, signal: AbortSignal) => Promise<void>): Promise<number> {
  const progress = stderrProgress();
  const interruption = onInterrupt();
  try {
    await getting(progress, interruption.signal);
    return EXIT.done;
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    progress.line("interrupted; what came is kept: the same command goes on from there");
    return EXIT.interrupted;
  } finally {
    progress.status("");
    interruption.release();
  }
}
