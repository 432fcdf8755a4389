import { join } from "node:path";
import { InputError } from "../errors.ts";
import { readText } from "../files.ts";
import { kindOf } from "../readers/form.ts";
import { writing } from "./writing.ts";

/** What everything in a folder of synthesised speech was made of; the same again makes the same files. */
export interface SpeechSettings {
  /** `GENERATOR_VERSION` of this project's part in it. */
  readonly generator: number;
  /** espeak-ng's version. */
  readonly espeak_ng: string;
  readonly languages: readonly string[];
  readonly variants: readonly string[];
  readonly seed: number;
  readonly text: { readonly kind: "grammar" | "text"; readonly name: string; readonly sha256: string };
}

/** `manifest.json` of a folder of synthesised speech: that it is no recording, and where it comes from. */
export interface SpeechManifest {
  readonly kind: "synthetic-speech";
  readonly schema_version: 1;
  /** For whoever opens the file. */
  readonly label: string;
  readonly licence: string;
  readonly settings: SpeechSettings;
  /** Hours asked for. */
  readonly hours: number;
  /** What the folder holds; null while it is being made. */
  readonly made: SpeechExtent | null;
}

/** How much speech there is. */
export interface SpeechExtent {
  readonly speakers: number;
  readonly utterances: number;
  readonly words: number;
  readonly seconds: number;
}

export const MANIFEST = "manifest.json";

const LABEL = "Synthesised speech (espeak-ng), made to train on; no recording of anybody.";

/** What the speech may be used for. */
export const SPEECH_LICENCE = "synthesised; that of the text";

/** The manifest of `settings`. */
export function manifestOf(settings: SpeechSettings, hours: number, made: SpeechExtent | null): SpeechManifest {
  return {
    kind: "synthetic-speech",
    schema_version: 1,
    label: LABEL,
    licence: SPEECH_LICENCE,
    settings,
    hours,
    made,
  };
}

/** The version of the corpus, for reports: that it is synthesised, by what, of what text, from which seed. */
export function versionOf({ generator, espeak_ng, seed, text }: SpeechSettings): string {
  return `synthesised ${generator} (espeak-ng ${espeak_ng}, ${text.kind} ${text.name} ${
    text.sha256.slice(0, 8)
  }, seed ${seed})`;
}

/** The manifest of a folder; null where it has none. Throws {@link InputError} where it cannot be read. */
export async function readManifest(folder: string): Promise<SpeechManifest | null> {
  const path = join(folder, MANIFEST);
  if (await kindOf(path) !== "file") return null;
  const text = await readText(path);
  try {
    const manifest = JSON.parse(text) as Partial<SpeechManifest>;
    const isKnown = manifest.kind === "synthetic-speech" && manifest.schema_version === 1 &&
      typeof manifest.settings === "object" && manifest.made !== undefined;
    if (isKnown) return manifest as SpeechManifest;
  } catch {
    // As what is no manifest.
  }
  throw new InputError(`${path}: is no manifest of synthesised speech of this version; name another folder`);
}

/** Writes the manifest of a folder, at once and whole. */
export async function writeManifest(folder: string, manifest: SpeechManifest): Promise<void> {
  const path = join(folder, MANIFEST);
  await writing(path, async () => {
    await Deno.writeTextFile(`${path}.tmp`, `${JSON.stringify(manifest, null, 2)}\n`);
    await Deno.rename(`${path}.tmp`, path);
  });
}

/** The setting in which two differ, such as `seed 1, not 2`; null where they are the same. */
export function difference(found: SpeechSettings, asked: SpeechSettings): string | null {
  for (const key of Object.keys(asked) as (keyof SpeechSettings)[]) {
    const [a, b] = [JSON.stringify(found[key]), JSON.stringify(asked[key])];
    if (a === b) continue;
    return a === undefined || Math.max(a.length, b.length) > 200 ? `other ${key}` : `${key} ${a}, not ${b}`;
  }
  return null;
}
