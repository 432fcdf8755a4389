import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { exampleEval, exampleUtterances } from "../../example_eval.ts";
import { exampleKernels } from "../../example_kernels.ts";
import { exampleReport } from "../../example_report.ts";
import { exampleTraining } from "../../example_training.ts";
import type { EvalUtterance } from "../../eval_schema.ts";

/** What a page must never take for markup of its own. */
export const HOSTILE = `</script><script>hacked=1</script><img src=x onerror=hacked=1>`;

/** Folders of the reports that are published, to be shown as they are. */
export function publishedFolders(): string[] {
  const root = fileURLToPath(new URL("../../published", import.meta.url));
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      if (isDirectory) walk(join(folder, name));
      else if (name === "report.json" || name === "kernels.json") found.push(folder);
    }
  };
  walk(root);
  return found.sort();
}

/**
 * Writes made-up reports of each kind under `folder` and gives their paths: their texts hold `HOSTILE`, and the eval
 * report has a hundred utterances, "utterance-000" and so on, of the first of which there is half a second of silence in
 * `audio/`.
 */
export async function writeReports(folder: string): Promise<string[]> {
  const scaling = exampleReport();
  const training = exampleTraining();
  const kernels = exampleKernels();
  for (const report of [scaling, training, kernels]) report.environment.command += ` ${HOSTILE}`;
  const made = exampleUtterances();
  const utterances = Array.from({ length: 100 }, (_, index): EvalUtterance => {
    const one = made[index % made.length];
    const id = `utterance-${String(index).padStart(3, "0")}`;
    const speaker = String(index >> 2);
    return one.status === "ok" && index === 0
      ? { ...one, id, index, speaker, reference: "MISTER SMITH SAID", hypothesis: `Mr. Smith, ${HOSTILE}` }
      : { ...one, id, index, speaker };
  });
  const { report, journal } = exampleEval((header) => {
    header.dataset.found = utterances.length;
    header.dataset.form = HOSTILE;
  }, utterances);
  const files: Record<string, string> = {
    "scaling/report.json": JSON.stringify(scaling),
    "training/report.json": JSON.stringify(training),
    "kernels/kernels.json": JSON.stringify(kernels),
    "eval/report.json": JSON.stringify(report),
    "eval/utterances.jsonl": journal,
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(join(folder, dirname(name)), { recursive: true });
    await Deno.writeTextFile(join(folder, name), text);
  }
  await Deno.mkdir(join(folder, "audio/speaker #1"), { recursive: true });
  await Deno.writeFile(join(folder, "audio/speaker #1/utterance-000.wav"), silence(8000));
  return ["scaling", "training", "kernels", "eval"].map((name) => join(folder, name));
}

/** A WAV file of `samples` samples of silence, 16 bits, 16 kHz. */
function silence(samples: number): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string): void => bytes.set(new TextEncoder().encode(value), at);
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 16000, true);
  view.setUint32(28, 32000, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples, true);
  return bytes;
}
