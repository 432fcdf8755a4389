import type { CorpusUtterance } from "../corpus.ts";
import { SAMPLE_RATE } from "../audio/read.ts";
import { InputError } from "../errors.ts";
import { readBytes } from "../files.ts";
import { fileBytes, type Form, isFileNamed, kindOf, type Reading } from "./form.ts";
import { readTar } from "./tar.ts";

const ARCHIVE = "an4_raw.bigendian.tar.gz";

/** CMU AN4 as it is published: headerless 16 kHz 16-bit big-endian samples, one transcription file a split. */
export function an4Forms(split: "an4_test" | "an4_train"): Form[] {
  return [
    {
      name: "AN4 tar.gz",
      places: [`an4/${ARCHIVE}`, ARCHIVE, "."],
      holds: (path) => isFileNamed(path, ARCHIVE),
      async read(path) {
        // Test and train audio lie in folders of their own.
        const wav = split === "an4_test" ? "an4/wav/an4test_clstk/" : "an4/wav/an4_clstk/";
        const files = await readTar(path, (name) => name.startsWith(`an4/etc/${split}.`) || name.startsWith(wav));
        return await readAn4(split, {
          path,
          form: "AN4 tar.gz",
          nameOf: (name) => `${path}: an4/${name}`,
          bytes: (name) => Promise.resolve(files.get(`an4/${name}`)?.length ?? null),
          read: (name) => Promise.resolve(files.get(`an4/${name}`)!),
        });
      },
    },
    {
      name: "AN4 folder",
      places: ["an4/an4", "an4", "."],
      holds: async (path) => await kindOf(`${path}/etc/${split}.transcription`) === "file",
      read: (path) =>
        readAn4(split, {
          path,
          form: "AN4 folder",
          nameOf: (name) => `${path}/${name}`,
          bytes: (name) => fileBytes(`${path}/${name}`),
          read: (name) => readBytes(`${path}/${name}`),
        }),
    },
  ];
}

/** The files of AN4, wherever they lie; names are from the folder `an4` on. */
interface An4Files {
  readonly path: string;
  readonly form: string;
  /** What errors call a file. */
  nameOf(name: string): string;
  /** Length of a file; null where it is not there. */
  bytes(name: string): Promise<number | null>;
  read(name: string): Promise<Uint8Array>;
}

async function readAn4(split: string, files: An4Files): Promise<Reading> {
  const lines = async (name: string) => {
    if (await files.bytes(name) === null) throw new InputError(`${files.nameOf(name)}: is missing; fetch AN4 again`);
    return new TextDecoder().decode(await files.read(name)).split(/\r?\n/).filter((line) => line.trim() !== "");
  };
  const transcriptions = await lines(`etc/${split}.transcription`);
  const fileIds = await lines(`etc/${split}.fileids`);
  const wrong = (name: string, line: number, what: string) =>
    new InputError(`${files.nameOf(`etc/${split}.${name}`)}:${line}: ${what}; fetch AN4 again`);
  if (transcriptions.length !== fileIds.length) {
    const line = Math.min(transcriptions.length, fileIds.length) + 1;
    throw wrong("fileids", line, `${fileIds.length} files for ${transcriptions.length} transcriptions`);
  }

  const utterances: CorpusUtterance[] = [];
  for (const [i, fileId] of fileIds.entries()) {
    // "<s> WORDS </s> (ID)"; the test set has no marks of sentences.
    const match = /^(?:<s>)?\s*(.*?)\s*(?:<\/s>)?\s*\(([^()\s]+)\)\s*$/.exec(transcriptions[i]);
    if (!match) throw wrong("transcription", i + 1, `is not "TEXT (ID)"`);
    const [, text, id] = match;
    const parts = fileId.trim().split("/");
    if (parts.at(-1) !== id || parts.length < 2) throw wrong("fileids", i + 1, `${fileId} is not the file of ${id}`);
    const name = `wav/${fileId.trim()}.raw`;
    // A partial copy is read as far as it goes.
    const bytes = await files.bytes(name);
    if (bytes === null) continue;
    utterances.push({
      id,
      speaker: parts.at(-2)!,
      text,
      seconds: bytes / 2 / SAMPLE_RATE,
      audio: async () => decodeBigEndian(await files.read(name), files.nameOf(name)),
    });
  }
  return { source: { path: files.path, form: files.form }, utterances, dropped: 0 };
}

/** Big-endian 16-bit samples as value / 2^15. AN4 is recorded at 16 kHz, so nothing is resampled. */
function decodeBigEndian(bytes: Uint8Array, name: string): Float32Array {
  if (bytes.length % 2 !== 0) throw new InputError(`${name}: truncated, ${bytes.length} bytes are no whole samples`);
  if (bytes.length === 0) throw new InputError(`${name}: holds no samples; fetch AN4 again`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(2 * i) / 2 ** 15);
}
