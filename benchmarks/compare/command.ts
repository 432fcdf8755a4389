import { EXIT } from "../harness/errors.ts";
import { compare } from "../scoring/compare.ts";
import { pairTranscripts } from "../scoring/transcripts.ts";
import { readSpeakers, readTranscripts } from "../score/inputs.ts";
import { HELP, parseCompareOptions } from "./options.ts";
import { comparisonText } from "./text.ts";

/** `deno task compare`: returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const options = parseCompareOptions(args);
  if (options === null) {
    console.log(HELP);
    return EXIT.done;
  }
  const references = await readTranscripts(options.reference);
  const speakerOf = await readSpeakers(options.speakers, references);
  const [a, b] = await Promise.all(
    options.hypotheses.map(async (path) => pairTranscripts(references, await readTranscripts(path), speakerOf)),
  );
  const comparison = compare(a, b, options.protocol);
  const [fileA, fileB] = options.hypotheses;
  if (options.json) {
    const named = { a: { file: fileA, ...comparison.a }, b: { file: fileB, ...comparison.b } };
    console.log(JSON.stringify({ ...comparison, ...named }, null, 2));
  } else {
    console.log(comparisonText(comparison, options.hypotheses));
  }
  return EXIT.done;
}
