import { extname, join, relative, sep } from "node:path";
import { InputError } from "../errors.ts";

/** Recordings by the ids of their utterances. */
export interface AudioFiles {
  /** What an audio element's `src` is for an utterance: null where no file is at hand. */
  source(id: string): Promise<string | null>;
}

/** No recordings. */
export const NO_AUDIO: AudioFiles = { source: () => Promise.resolve(null) };

/** What browsers play, by the name's end. */
const TYPES: Readonly<Record<string, string>> = {
  ".flac": "audio/flac",
  ".wav": "audio/wav",
  ".mp3": "audio/mpeg",
  ".ogg": "audio/ogg",
  ".opus": "audio/ogg",
  ".m4a": "audio/mp4",
};

/** A page with more audio in it than this is more than browsers open gladly. */
const MOST_EMBEDDED_BYTES = 100e6;

/**
 * The recordings under `folder`, at any depth, each for the utterance whose id is its name without the end. They are linked
 * from a page in `pageFolder`, or with `embed` put into it. Throws InputError where the folder cannot be read, and, later,
 * where more would be put into the page than a browser opens.
 */
export async function audioFiles(folder: string, pageFolder: string, embed: boolean): Promise<AudioFiles> {
  const paths = new Map<string, string>();
  await collect(folder, paths);
  let bytes = 0;
  return {
    async source(id) {
      const path = paths.get(id);
      if (path === undefined) return null;
      if (!embed) return relative(pageFolder, path).split(sep).map(encodeURIComponent).join("/");
      const content = await Deno.readFile(path);
      bytes += content.length;
      if (bytes > MOST_EMBEDDED_BYTES) {
        const limit = `${MOST_EMBEDDED_BYTES / 1e6} MB`;
        throw new InputError(
          `${folder}: holds more than ${limit} of audio for this page; leave --embed-audio out to link it`,
        );
      }
      return `data:${TYPES[extname(path).toLowerCase()]};base64,${content.toBase64()}`;
    },
  };
}

async function collect(folder: string, paths: Map<string, string>): Promise<void> {
  try {
    const entries = [];
    for await (const entry of Deno.readDir(folder)) entries.push(entry);
    for (const { name, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
      const path = join(folder, name);
      if (isDirectory) await collect(path, paths);
      else if (Object.hasOwn(TYPES, extname(name).toLowerCase())) {
        const id = name.slice(0, -extname(name).length);
        if (!paths.has(id)) paths.set(id, path);
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new InputError(`${folder}: cannot be read (${reason}); give --audio the folder of the recordings`);
  }
}
