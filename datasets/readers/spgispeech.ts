import { dirname } from "node:path";
import { readAudio, SAMPLE_RATE } from "../audio/read.ts";
import type { CorpusUtterance } from "../corpus.ts";
import { InputError } from "../errors.ts";
import { readText } from "../files.ts";
import { type Form, kindOf, type Reading } from "./form.ts";
import { parquetForm, TEST_FILES } from "./parquet_form.ts";

const HEADER = "wav_filename|wav_filesize|transcript";
const WAV_HEADER_BYTES = 44;

/** SPGISpeech's validation set, which is what it is tested on: the official val.csv beside its WAV files, or parquet. */
export function spgispeechForms(): Form[] {
  return [
    {
      name: "SPGISpeech val.csv with WAV",
      places: ["spgispeech/val.csv", "spgispeech/spgispeech/val.csv", "val.csv"],
      holds: async (path) => await kindOf(path) === "file",
      read: readCsv,
    },
    parquetForm({
      dataset: "spgispeech",
      places: ["spgispeech", "open-asr-leaderboard/spgispeech", "."],
      files: TEST_FILES,
      id: "wav_filename",
      text: "transcript",
      mark: "wav_filename",
      speaker: (_, id) => callOf(id),
    }),
  ];
}

/** The lines of val.csv whose WAV files are there, in the folder `val` beside it or beside it themselves. */
async function readCsv(path: string): Promise<Reading> {
  const lines = (await readText(path)).split(/\r?\n/);
  const damaged = (line: number, what: string) => new InputError(`${path}:${line}: ${what}; fetch SPGISpeech again`);
  if (lines[0] !== HEADER) throw damaged(1, `is not "${HEADER}"`);
  const folder = await kindOf(`${dirname(path)}/val`) === "folder" ? `${dirname(path)}/val` : dirname(path);
  const utterances: CorpusUtterance[] = [];
  let missing: string | undefined;
  const names = new Map<string, Set<string>>();
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line === "") continue;
    const match = /^([^|]+)\|(\d+)\|(.*)$/.exec(line);
    if (!match) throw damaged(i + 1, `is not "${HEADER}"`);
    const [, id, bytes, transcript] = match;
    if (id.startsWith("/") || id.split(/[/\\]/).includes("..")) throw damaged(i + 1, `${id} leaves the folder`);
    const wav = `${folder}/${id}`;
    const call = dirname(wav);
    if (!names.has(call)) names.set(call, await filesIn(call));
    if (!names.get(call)!.has(wav)) {
      missing ??= wav;
      continue;
    }
    utterances.push({
      id,
      speaker: callOf(id),
      text: unquoted(transcript),
      seconds: Math.max(0, Number(bytes) - WAV_HEADER_BYTES) / 2 / SAMPLE_RATE,
      audio: () => readAudio(wav),
    });
  }
  if (utterances.length === 0 && missing !== undefined) {
    throw new InputError(
      `${missing}: is missing, as are all others that ${path} names; put SPGISpeech's val beside it`,
    );
  }
  return { source: { path, form: "SPGISpeech val.csv with WAV" }, utterances, dropped: 0 };
}

/** SPGISpeech names no speakers: the folder, which is a call, stands for them. */
function callOf(id: string): string | null {
  return id.includes("/") ? id.slice(0, id.indexOf("/")) : null;
}

/** A field that its writer put in quotes, because it has some. */
function unquoted(field: string): string {
  return /^".*"$/.test(field) ? field.slice(1, -1).replaceAll('""', '"') : field;
}

async function filesIn(folder: string): Promise<Set<string>> {
  const paths = new Set<string>();
  if (await kindOf(folder) !== "folder") return paths;
  for await (const { name } of Deno.readDir(folder)) paths.add(`${folder}/${name}`);
  return paths;
}
