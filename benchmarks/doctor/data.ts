import { InputError } from "../../datasets/errors.ts";
import { librispeechSplits, readSplit } from "../../datasets/librispeech.ts";
import { type Check, ok } from "./findings.ts";

const REMEDY = "bench:scaling then generates its audio; for real speech unpack " +
  "https://www.openslr.org/resources/12/test-clean.tar.gz and name its folder with --data-root or SAMBA_DATA";

/** What LibriSpeech audio there is in the first of `roots` that is a folder. */
export async function checkData(roots: readonly string[]): Promise<Check> {
  for (const root of roots) {
    if (!await isFolder(root)) continue;
    try {
      const splits = await librispeechSplits(root);
      if (splits.length === 0) return missing(`${root} holds no LibriSpeech audio`);
      const counts: string[] = [];
      for (const split of splits) counts.push(`${split.name} ${(await readSplit(split)).length} utterances`);
      return ok("data", `${root}: LibriSpeech ${counts.join(", ")}`);
    } catch (error) {
      if (error instanceof InputError) return missing(error.message);
      throw error;
    }
  }
  return missing(`none at ${roots.join(" or ")}`);
}

function missing(detail: string): Check {
  return { name: "data", state: "missing", detail, remedy: REMEDY };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
