import { join } from "node:path";
import type { HubFile } from "../../datasets/download/hub.ts";
import { InputError } from "../../datasets/errors.ts";
import { readText } from "../../datasets/files.ts";
import { kindOf } from "../../datasets/readers/form.ts";

/** What a file should be. */
export interface Sum {
  /** From the folder on, with `/`. */
  readonly name: string;
  readonly sha256: string;
}

const NAME = "SHA256SUMS";

/**
 * Writes `SHA256SUMS` into `folder`, in the form that `sha256sum --check` reads, of the files whose checksum is known;
 * `origin` is told in its first line. What the hub said when the files were fetched can so be checked at any time.
 */
export async function writeSums(folder: string, origin: string, files: readonly HubFile[]): Promise<void> {
  const lines = files.flatMap(({ path, sha256 }) => sha256 === undefined ? [] : [`${sha256}  ${path}\n`]);
  await Deno.mkdir(folder, { recursive: true });
  const path = join(folder, NAME);
  await Deno.writeTextFile(`${path}.tmp`, [`# ${origin}\n`, ...lines].join(""));
  await Deno.rename(`${path}.tmp`, path);
}

/** The checksums of `SHA256SUMS` in `folder`; none where there is no such file. Throws {@link InputError} where it is none. */
export async function readSums(folder: string): Promise<Sum[]> {
  const path = join(folder, NAME);
  if (await kindOf(path) !== "file") return [];
  return (await readText(path)).split(/\r?\n/).flatMap((line, i) => {
    if (line === "" || line.startsWith("#")) return [];
    const match = /^([0-9a-fA-F]{64}) [ *](.+)$/.exec(line);
    if (!match || match[2].startsWith("/") || match[2].split(/[/\\]/).includes("..")) {
      throw new InputError(`${path}:${i + 1}: is not "SHA256  NAME"; remove the file, or get the set again`);
    }
    return [{ sha256: match[1].toLowerCase(), name: match[2] }];
  });
}
