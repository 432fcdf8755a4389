import { createHash } from "node:crypto";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { InputError } from "../errors.ts";
import { readBytes } from "../files.ts";
import { permutation } from "../random.ts";
import { AN4_GRAMMAR } from "./an4_grammar.ts";
import { AN4_NAMES, an4Made } from "./an4_names.ts";
import { sentences } from "./grammar.ts";
import { readSentences } from "./sentences.ts";
import { randomFor } from "./speaker.ts";

/** Where the words come from. */
export interface TextSource {
  readonly kind: "grammar" | "text";
  /** Of the grammar, or of the file. */
  readonly name: string;
  /** Of the grammar's rules and names, or of the file's bytes, in hexadecimal. */
  readonly sha256: string;
  /** Whether single letters are all names of letters. */
  readonly spelled: boolean;
  /** Chances of a pause after a word, of which each utterance draws one. */
  readonly pauses: readonly number[];
  /** The words of the `index`th utterance, upper case; as many as are asked for. */
  sentence(index: number): readonly string[];
}

/** Names of the grammars. */
export const GRAMMARS = ["an4"] as const;

/** Endless sentences like those of AN4. */
export function grammarSource(name: (typeof GRAMMARS)[number], seed: number): TextSource {
  const draw = sentences(AN4_GRAMMAR, an4Made());
  return {
    kind: "grammar",
    name,
    sha256: sha256(JSON.stringify([AN4_GRAMMAR, AN4_NAMES])),
    spelled: true,
    pauses: [0, 0, 0.1, 0.3],
    sentence: (index) => draw(randomFor(seed, "sentence", index)),
  };
}

/**
 * The sentences of a text file, one a line (or `ID TEXT`, as LibriSpeech has it), plain or gzip: all of them in an order
 * drawn from the seed, then all again in another. `tell` hears of lines that are left out.
 *
 * Throws {@link InputError} where the file cannot be read or no line is left.
 */
export async function textSource(path: string, seed: number, tell: (line: string) => void): Promise<TextSource> {
  const bytes = await readBytes(path);
  const { sentences: all, leftOut, first } = readSentences(decoded(bytes, path));
  if (all.length === 0) {
    throw new InputError(`${path}: holds no sentence to speak${first && ` (${first})`}; give one a line`);
  }
  if (leftOut > 0) tell(`${path}: ${leftOut} of ${leftOut + all.length} lines are left out (${first})`);
  let order: Uint32Array = new Uint32Array(0);
  let pass = -1;
  return {
    kind: "text",
    name: basename(path),
    sha256: sha256(bytes),
    spelled: false,
    pauses: [0.03, 0.08],
    sentence(index) {
      if (Math.floor(index / all.length) !== pass) {
        pass = Math.floor(index / all.length);
        order = permutation(randomFor(seed, "order", pass), all.length);
      }
      return all[order[index % all.length]];
    },
  };
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return new TextDecoder("utf-8", { fatal: true }).decode(isGzip ? gunzipSync(bytes) : bytes);
  } catch {
    throw new InputError(`${path}: is not UTF-8 text, or damaged gzip; convert it or fetch it again`);
  }
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
