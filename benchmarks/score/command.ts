import { EXIT } from "../harness/errors.ts";
import { SCLITE_COSTS } from "../scoring/alignment.ts";
import { frequentErrors } from "../scoring/errors.ts";
import { alignUtterances, scoreAligned } from "../scoring/score.ts";
import { pairTranscripts } from "../scoring/transcripts.ts";
import { readSpeakers, readTranscripts } from "./inputs.ts";
import { HELP, parseScoreOptions } from "./options.ts";
import { errorTables, scoreNotes, scoreTable } from "./text.ts";

/** `deno task score`: returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const options = parseScoreOptions(args);
  if (options === null) {
    console.log(HELP);
    return EXIT.done;
  }
  const references = await readTranscripts(options.reference);
  const hypotheses = await readTranscripts(options.hypothesis);
  const speakerOf = await readSpeakers(options.speakers, references);
  const utterances = pairTranscripts(references, hypotheses, speakerOf);
  const results = options.protocols.map((protocol) => {
    const aligned = alignUtterances(utterances, protocol, options.costs);
    const errors = options.errors === 0 ? null : frequentErrors(aligned, options.errors);
    return { score: scoreAligned(aligned, protocol, utterances.length), errors };
  });
  if (options.json) {
    const costs = options.costs === SCLITE_COSTS ? "sclite" : "unit";
    const records = results.map(({ score, errors }) => ({ ...score, costs, ...(errors === null ? {} : { errors }) }));
    const [first, ...others] = records;
    console.log(JSON.stringify(others.length === 0 ? first : { ...first, others }, null, 2));
    return EXIT.done;
  }
  const scores = results.map(({ score }) => score);
  const notes = new Set(scores.map(scoreNotes));
  const errors = results.flatMap(({ score, errors }) => errors === null ? [] : [errorTables(score.protocol, errors)]);
  console.log([scoreTable(scores), [...notes].join("\n"), ...errors].join("\n\n"));
  return EXIT.done;
}
