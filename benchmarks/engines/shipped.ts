import { join, relative } from "node:path";
import { readSums } from "../datasets/sums.ts";
import { UsageError } from "../harness/errors.ts";
import { PROJECT_ROOT } from "../harness/project.ts";
import { fileSha256 } from "./file_sha256.ts";

/** Where the suite's trained models are, with `SHA256SUMS` of them. */
export const MODELS_FOLDER = join(PROJECT_ROOT, "models");

/** What an engine runs where no weights are named. */
const SHIPPED = { samba: "samba-an4.safetensors", transformer: "transformer-an4.safetensors" } as const;

/** Engines that weights come with. */
export type ShippedEngine = keyof typeof SHIPPED;

/**
 * The weights that the suite ships for an engine, compared with their SHA-256. Throws UsageError, one line, where they are
 * not there, or others than were shipped, and InputError where the list of checksums is none.
 */
export async function shippedWeights(engine: ShippedEngine, folder: string = MODELS_FOLDER): Promise<string> {
  const name = SHIPPED[engine];
  const path = join(folder, name);
  const shown = folder === MODELS_FOLDER ? relative(PROJECT_ROOT, path) : path;
  const stated = (await readSums(folder)).find((sum) => sum.name === name)?.sha256;
  if (!await Deno.stat(path).then(({ isFile }) => isFile, () => false)) {
    throw new UsageError(
      `--engine ${engine}: ${shown} is not there${stated === undefined ? " in this version" : ""}: ` +
        `name weights by --weights FILE, such as those of \`deno task train an4\` (DIR/model.safetensors), ` +
        "or use --engine whisper",
    );
  }
  const found = await fileSha256(path);
  if (found !== stated) {
    throw new UsageError(
      `${shown}: has the SHA-256 ${found}, and SHA256SUMS beside it says ${
        stated ?? "none"
      }: it is not what was shipped; ` +
        "get it again, or name it by --weights to use it as it is",
    );
  }
  return path;
}
