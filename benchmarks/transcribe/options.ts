import { ENGINE_HELP, ENGINE_OPTIONS, type EngineChoice, engineChoice } from "../engines/choice.ts";
import { FLAG, HELP_FLAG, parsedArguments, pathOf, TEXT } from "../harness/arguments.ts";
import { UsageError } from "../harness/errors.ts";

/** How transcripts are written. */
export const FORMATS = ["text", "json", "srt", "vtt"] as const;
export type Format = typeof FORMATS[number];

/** What is transcribed, with what, and how it is written. */
export interface TranscribeOptions {
  /** Files; `-` is standard input. */
  readonly files: readonly string[];
  readonly engine: EngineChoice;
  readonly format: Format;
  /** Whether segments with times are wanted. */
  readonly times: boolean;
  /** Folder for one file a recording; null: standard output. */
  readonly out: string | null;
  readonly dataRoot: string | null;
}

/** Text of `--help`. */
export const HELP = `Usage: deno task transcribe FILE... [options]

Turns recordings into text: WAV, FLAC, Ogg Opus or MP3 at any rate, told by their content. - is standard input.

  --json                a JSON object a line: file, audio_seconds, processing_seconds, text, segments
  --times               fill segments with times (Whisper's text may differ with them), else they are null
  --srt, --vtt          subtitles (engines with times: samba and transformer by --decode ctc, whisper)
  --out DIR             a file for each recording, in place of standard output

${ENGINE_HELP}

  --data-root DIR       where weights of the Hugging Face hub are kept (default: $SAMBA_DATA, else data)
  --verbose             on an error, also print where in the program it arose
  --help

Text alone goes to standard output; with several recordings, each line begins with its file's name and a tab. A recording
that cannot be transcribed is named on standard error, and the others go on. Exit codes: 0 done, 2 an engine failed, 3 wrong
usage, weights or audio.`;

/** Parses the command line; null asks for the help text. `dataRoot` is the environment's. Throws UsageError. */
export function parseTranscribeOptions(
  args: readonly string[],
  dataRoot: string | undefined,
): TranscribeOptions | null {
  const { values, positionals } = parsedArguments(args, {
    ...ENGINE_OPTIONS,
    json: FLAG,
    times: FLAG,
    srt: FLAG,
    vtt: FLAG,
    out: TEXT,
    "data-root": TEXT,
    verbose: FLAG,
    help: HELP_FLAG,
  }, true);
  if (values.help) return null;
  if (positionals.length === 0) throw new UsageError("no recording given; name a file, or - for standard input");
  if (positionals.filter((file) => file === "-").length > 1) throw new UsageError("-: standard input can be read once");
  const formats = (["json", "srt", "vtt"] as const).filter((format) => values[format]);
  if (formats.length > 1) throw new UsageError(`--${formats.join(" and --")}: choose one`);
  const format: Format = formats.at(0) ?? "text";
  if (values.times && format === "text") throw new UsageError("--times: text has none; add --json, --srt or --vtt");
  const out = pathOf("out", values.out) ?? null;
  if ((format === "srt" || format === "vtt") && positionals.length > 1 && out === null) {
    throw new UsageError(`--${format}: ${positionals.length} recordings need a file each; give a folder with --out`);
  }
  return {
    files: positionals,
    engine: engineChoice(values),
    format,
    times: values.times === true || format === "srt" || format === "vtt",
    out,
    dataRoot: pathOf("data-root", values["data-root"]) ?? (dataRoot || null),
  };
}
