import type { DatasetEntry, DatasetFile } from "../../datasets/corpus.ts";
import { InputError } from "../../datasets/errors.ts";
import { type Form, kindOf } from "../../datasets/readers/form.ts";
import type { Progress } from "../harness/progress.ts";

/** What tests of the command share: a set that is a text file of lines "ID TEXT", of which each word is a second of sound. */

const form: Form = {
  name: "lines",
  places: ["made-up/set.txt"],
  holds: async (path) => await kindOf(path) === "file",
  async read(path) {
    const lines = (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "");
    if (lines.includes("damaged")) throw new InputError(`${path}: is damaged; fetch it again`);
    const utterances = lines.filter((line) => !line.endsWith("<SIL>")).map((line) => {
      const [id, ...words] = line.split(" ");
      const audio = words.includes("BAD")
        ? () => Promise.reject(new InputError(`${path}: ${id}: does not decode; fetch it again`))
        : () => Promise.resolve(new Float32Array(words.includes("SILENT") ? 0 : 16000 * words.length));
      return { id, speaker: null, text: words.join(" "), seconds: words.includes("LONG") ? null : words.length, audio };
    });
    return { source: { path, form: "lines" }, utterances, dropped: lines.length - utterances.length };
  },
};

/** The whole of the set: four utterances, one of them never scored, and five words. */
export const LINES = "a ONE TWO\nb ONE\nc TWO TWO\nd <SIL>\n";

/** The set, whose file is known as `files` say. */
export function madeUp(files: readonly DatasetFile[], more: Partial<DatasetEntry> = {}): DatasetEntry {
  return {
    id: "made-up",
    title: "A set for tests",
    version: "7",
    split: "test",
    licence: "none",
    homepage: "http://127.0.0.1/",
    expected: { utterances: 4, words: 5, hours: 5 / 3600 },
    files,
    hub: null,
    gated: null,
    folder: "made-up",
    notes: "Made of nothing.",
    forms: [form],
    ...more,
  };
}

/** Progress that keeps the lines. */
export function kept(): { readonly lines: string[]; readonly progress: Progress } {
  const lines: string[] = [];
  return { lines, progress: { status: () => {}, line: (text) => lines.push(text) } };
}
