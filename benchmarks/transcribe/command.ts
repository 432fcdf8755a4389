import { basename, extname, join } from "node:path";
import { decodeAudio, readAudio, SAMPLE_RATE } from "../../datasets/audio/read.ts";
import { InputError } from "../../datasets/errors.ts";
import { openEngine, withWeights } from "../engines/choice.ts";
import { type Engine, EngineError, type Transcript } from "../engines/engine.ts";
import { DEFAULT_DATA_ROOT } from "../harness/project.ts";
import { EXIT, UsageError } from "../harness/errors.ts";
import { makeFolder } from "../harness/folder.ts";
import { stderrProgress } from "../harness/progress.ts";
import { type Format, HELP, parseTranscribeOptions } from "./options.ts";
import { srt, vtt } from "./subtitles.ts";

/** A recording with what was heard in it. */
interface Transcribed extends Transcript {
  readonly file: string;
  readonly audioSeconds: number;
  readonly processingSeconds: number;
}

/** `deno task transcribe`: returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const options = parseTranscribeOptions(args, Deno.env.get("SAMBA_DATA"));
  if (options === null) {
    console.log(HELP);
    return EXIT.done;
  }
  const { files, format } = options;
  const out = options.out === null ? null : await makeFolder(options.out);
  if (out !== null) requireDifferentNames(files, format);
  // What can be refused at once is, before an engine is loaded.
  const choice = await withWeights(options.engine);
  if (files.length === 1 && files[0] !== "-") await readAudio(files[0]);
  const progress = stderrProgress();
  progress.status(`loading ${choice.engine}`);
  await using engine = await openEngine(choice, {
    dataRoot: options.dataRoot ?? DEFAULT_DATA_ROOT,
    times: options.times,
    notice: (line) => progress.line(line),
    hubEndpoint: Deno.env.get("HF_ENDPOINT") || undefined,
    hubToken: Deno.env.get("HF_TOKEN") || undefined,
  });
  if (options.times && !engine.givesTimes) {
    throw new UsageError(
      `--${format === "json" ? "times" : format}: engine ${engine.identity.engine} gives no times in this decoding`,
    );
  }
  let exitCode: number = EXIT.done;
  for (const [i, file] of files.entries()) {
    progress.status(`${i + 1}/${files.length} ${file}`);
    try {
      const text = rendered(await transcribed(engine, file), format, files.length > 1 && out === null);
      progress.status("");
      if (out === null) console.log(text);
      else await Deno.writeTextFile(join(out, outName(file, format)), text + "\n");
    } catch (error) {
      if (error instanceof EngineError && error.hopeless) throw error;
      if (!(error instanceof InputError) && !(error instanceof EngineError)) throw error;
      progress.line(error.message);
      exitCode = error instanceof InputError ? EXIT.usage : EXIT.notMeasured;
    }
  }
  progress.status("");
  return exitCode;
}

async function transcribed(engine: Engine, file: string): Promise<Transcribed> {
  const samples = file === "-"
    ? await decodeAudio(await new Response(Deno.stdin.readable).bytes(), "standard input")
    : await readAudio(file);
  const { transcripts: [transcript], seconds } = await engine.transcribe([samples]);
  return { ...transcript, file, audioSeconds: samples.length / SAMPLE_RATE, processingSeconds: seconds };
}

/** A transcript as it is written, without its last line feed. */
export function rendered(transcribed: Transcribed, format: Format, named: boolean): string {
  const { file, text, segments, audioSeconds, processingSeconds } = transcribed;
  switch (format) {
    case "text":
      return named ? `${file}\t${text}` : text;
    case "json":
      return JSON.stringify({
        file,
        audio_seconds: audioSeconds,
        processing_seconds: processingSeconds,
        text,
        segments,
      });
    case "srt":
      return srt(segments ?? []).trimEnd();
    case "vtt":
      return vtt(segments ?? []).trimEnd();
  }
}

/** "a/b.flac" → "b.srt". */
export function outName(file: string, format: Format): string {
  const name = file === "-" ? "standard-input" : basename(file, extname(file));
  return `${name}.${format === "text" ? "txt" : format}`;
}

function requireDifferentNames(files: readonly string[], format: Format): void {
  const seen = new Map<string, string>();
  for (const file of files) {
    const name = outName(file, format);
    const twin = seen.get(name);
    if (twin !== undefined) throw new UsageError(`--out: ${twin} and ${file} would both be written to ${name}`);
    seen.set(name, file);
  }
}
