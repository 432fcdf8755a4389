import { FLAG, HELP_FLAG, parsedArguments, pathOf, TEXT } from "../harness/arguments.ts";
import { DEFAULT_DATA_ROOT } from "../harness/project.ts";
import { UsageError } from "../harness/errors.ts";
import { parseSpeechOptions, SPEECH_ID, SPEECH_OPTIONS, type SpeechOptions } from "./speech_options.ts";

/** The command line of datasets. */
export interface DatasetsOptions {
  readonly action: "list" | "get" | "check";
  /** The data set's id; "" for list. */
  readonly id: string;
  readonly dataRoot: string;
  /** Utterances that check decodes. */
  readonly decode: number;
  readonly json: boolean;
  /** What get makes where the set is synthesised speech; else null. */
  readonly speech: SpeechOptions | null;
}

/** What the environment adds to the command line. */
export interface DatasetsEnvironment {
  /** `SAMBA_DATA`. */
  readonly dataRoot: string | undefined;
}

/** Text of `--help`. */
export const HELP = `Usage: deno task datasets list [options]
       deno task datasets get ID [options]
       deno task datasets get synthetic-speech --grammar NAME | --text FILE --hours N [options]
       deno task datasets check ID [options]

list tells the test sets, and which of them are in the data folder. get downloads one into it: it goes on where it was
interrupted, and a file has its name only when it is whole and its checksum right. check reads the local copy: checksums
where whole files are there, how many of the set's utterances and words, and whether the audio decodes.

  --data-root DIR   where data sets are, and where get puts them (default: $SAMBA_DATA, else the project's folder data)
  --decode N        check: utterances to decode, spread over the set, or all (default: 3)
  --json            list and check: print JSON to standard output, and nothing else
  --help

get synthetic-speech is no download: espeak-ng (apt install espeak-ng) speaks sentences in many voices, speeds and pitches,
to train on. A manifest beside them, and every report, say that they are synthesised. An interrupted run goes on, and more
hours of the same add to what is there.

  --grammar an4     endless sentences like those of AN4
  --text FILE       the sentences of a text file, one a line, plain or gzip; "ID TEXT" as LibriSpeech has it too
  --hours N         hours of speech
  --seed S          another seed speaks other sentences in other voices (default: 1)
  --out DIR         where to put it (default: the folder synthetic-speech of the data folder)

Some sets want their terms accepted: get says where. It then takes the token of a Hugging Face account from HF_TOKEN, which
it shows to huggingface.co and to nobody else. HF_ENDPOINT names a mirror.

Exit codes: 0 done, or the copy is whole; 1 it is partial or wrong; 2 the download did not come through, try again later;
3 wrong usage, not found, or not to be had like this; 130 interrupted.`;

/** Parses the command line; null asks for the help text. Throws UsageError. */
export function parseDatasetsOptions(
  args: readonly string[],
  environment: DatasetsEnvironment,
): DatasetsOptions | null {
  const options = { "data-root": TEXT, decode: TEXT, json: FLAG, help: HELP_FLAG, ...SPEECH_OPTIONS };
  const { values, positionals } = parsedArguments(args, options, true);
  if (values.help) return null;
  const [action, id = "", ...more] = positionals;
  if (action !== "list" && action !== "get" && action !== "check") {
    throw new UsageError(`datasets ${action ?? ""}: choose from list, get ID, check ID; see --help`);
  }
  if (action === "list" && id !== "") {
    throw new UsageError(`datasets list ${id}: takes no more; did you mean check ${id}?`);
  }
  if (action !== "list" && id === "") throw new UsageError(`datasets ${action}: which one? datasets list tells them`);
  if (more.length > 0) throw new UsageError(`datasets ${action} ${id} ${more[0]}: one at a time`);
  if (action === "get" && values.json) throw new UsageError("datasets get: has no --json; check has");
  if (action !== "check" && values.decode !== undefined) throw new UsageError(`datasets ${action}: only check decodes`);
  const dataRoot = pathOf("data-root", values["data-root"]) ?? (environment.dataRoot || DEFAULT_DATA_ROOT);
  const speech = parseSpeechOptions(action === "get" && id === SPEECH_ID, values, dataRoot);
  return { action, id, dataRoot, decode: decodeCount(values.decode ?? "3"), json: values.json ?? false, speech };
}

function decodeCount(text: string): number {
  if (text === "all") return Infinity;
  if (!/^\d{1,6}$/.test(text)) {
    throw new UsageError(`--decode: ${JSON.stringify(text)} is neither a whole number nor all`);
  }
  return Number(text);
}
