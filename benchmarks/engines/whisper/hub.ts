import { join } from "node:path";
import { InputError } from "../../../datasets/errors.ts";
import type { DownloadOptions } from "../../../datasets/download/download.ts";
import {
  downloadHubFiles,
  hubCommit,
  type HubFile,
  type HubRepository,
  listHubFolder,
} from "../../../datasets/download/hub.ts";
import { UsageError } from "../../harness/errors.ts";
import { CONFIG_FILES, type Dtype, networkFiles } from "./weights.ts";

/** Where weights of the hub come from and go to. */
export interface HubPlace {
  /** Folder of downloaded models, such as `models` of the data root; weights go to `REPO/COMMIT` in it. */
  readonly models: string;
  /** Address of a mirror. */
  readonly endpoint?: string;
  readonly download?: DownloadOptions;
}

/** A repository of the hub and its revision, of `REPO@REVISION`; null where `text` can be neither that nor `REPO`. */
export function parseHubName(
  text: string,
): { repo: string; revision: string | null } | null {
  const part = "[A-Za-z0-9][\\w.-]*";
  const match = new RegExp(`^(${part}/${part})(?:@([\\w./-]+))?$`).exec(text);
  return match && { repo: match[1], revision: match[2] ?? null };
}

/**
 * Fetches Whisper's weights from the Hugging Face hub, unless they are there from an earlier time; a commit that is there
 * needs no network. Branches and tags are looked up first, since they move: what counts is the commit.
 *
 * Throws InputError where the repository lacks a file, UsageError without a revision, and what `download` throws.
 *
 * @param text `REPO@REVISION`
 * @returns the folder, and the name `REPO@COMMIT`
 */
export async function fetchWeights(
  text: string,
  dtype: Dtype,
  { models, endpoint, download = {} }: HubPlace,
): Promise<{ folder: string; name: string }> {
  const { repo, revision } = parseHubName(text) ?? { repo: "", revision: null };
  if (revision === null) {
    throw new UsageError(
      `--weights ${text}: no such folder, and a repository of the Hugging Face hub needs its revision; ` +
        `give ${text}@COMMIT, or ${text}@main for today's`,
    );
  }
  const asked: HubRepository = {
    kind: "model",
    repo,
    revision,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(download.token === undefined ? {} : { token: download.token }), // for what is said where it does not help
  };
  const pinned = /^[0-9a-f]{40}$/.test(revision);
  const commit = pinned ? revision : await hubCommit(asked, download);
  if (!pinned) {
    download.onNote?.(
      `${text} is the commit ${commit} today; give ${repo}@${commit} to keep to it`,
    );
  }
  const folder = join(models, repo, commit);
  const wanted = [...CONFIG_FILES, ...networkFiles(dtype)];
  if (!await allThere(folder, wanted)) {
    const repository = { ...asked, revision: commit };
    const files = wantedFiles(
      await listHubFolder(repository, "", download),
      wanted,
      `${repo}@${commit}`,
    );
    await downloadHubFiles({ ...repository, files }, folder, download);
  }
  return { folder, name: `${repo}@${commit}` };
}

/** The files to fetch. The networks come last: where they are, their data beside them is too. */
function wantedFiles(
  listed: readonly HubFile[],
  wanted: readonly string[],
  name: string,
): HubFile[] {
  const files = wanted.map((path) => {
    const file = listed.find((one) => one.path === path);
    if (file) return file;
    const held = listed.filter((one) => one.path.startsWith("onnx/encoder_model")).map((one) => one.path);
    throw new InputError(
      `${name}: the repository has no ${path}; ` +
        (held.length > 0
          ? `of encoders it has ${held.join(", ")}: choose by --dtype`
          : "give one with Whisper as ONNX"),
    );
  });
  const data = listed.filter(({ path }) => wanted.some((file) => path.startsWith(`${file}_data`)));
  return [...data, ...files];
}

async function allThere(
  folder: string,
  files: readonly string[],
): Promise<boolean> {
  for (const file of files) {
    try {
      if (!(await Deno.stat(join(folder, file))).isFile) return false;
    } catch (error) {
      if (
        error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotADirectory
      ) return false;
      throw error;
    }
  }
  return true;
}
