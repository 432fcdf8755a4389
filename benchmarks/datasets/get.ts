import { join } from "node:path";
import { type Corpus, type DatasetEntry, isPartial } from "../../datasets/corpus.ts";
import { download, type DownloadOptions, type RemoteFile } from "../../datasets/download/download.ts";
import {
  downloadHubFiles,
  HUB,
  hubCommit,
  type HubRepository,
  hubToken,
  listHubFolder,
} from "../../datasets/download/hub.ts";
import { InputError } from "../../datasets/errors.ts";
import { kindOf } from "../../datasets/readers/form.ts";
import { findDataset, openCorpus } from "../../datasets/registry.ts";
import { formatBytes } from "../../reports/format.ts";
import type { Progress } from "../harness/progress.ts";
import { setFiles } from "./hub_files.ts";
import { progressLine } from "./progress_line.ts";
import { writeSums } from "./sums.ts";
import { counted } from "./text.ts";

/** The Hugging Face hub as the environment has it. */
export interface HubEnvironment {
  /** `HF_TOKEN`. */
  readonly token: string | undefined;
  /** `HF_ENDPOINT`. */
  readonly endpoint: string | undefined;
}

/**
 * Fetches a set into its folder under `dataRoot`, unless the whole of it is there already, in whatever form; tells what it
 * does by `progress`, and at the end how much of the set is there.
 *
 * Throws as `download` does, and {@link InputError} where the set is not to be downloaded.
 */
export async function get(
  entry: DatasetEntry,
  dataRoot: string,
  hub: () => HubEnvironment,
  progress: Progress,
  options: Pick<DownloadOptions, "signal" | "clock"> = {},
): Promise<void> {
  const there = await corpusThere(entry, dataRoot, progress);
  if (there && !isPartial(there)) return progress.line(`${entry.id}: ${extent(there)} are there`);
  if (there) progress.line(`${entry.id}: ${extent(there)} are there; fetching all`);
  const all: DownloadOptions = {
    ...options,
    onNote: (line) => progress.line(line),
    onProgress: throttled((line) => progress.status(line)),
  };
  const folder = join(dataRoot, entry.folder);
  if (entry.files.length > 0) await getFiles(entry, folder, progress, all);
  else if (entry.hub) await getFromHub(entry, folder, hub(), progress, all);
  else throw new InputError(`${entry.id}: is not downloaded. ${entry.notes}`);
  progress.status("reading what was fetched");
  const corpus = await openCorpus(entry, dataRoot);
  progress.line(`${entry.id}: ${extent(corpus)}`);
  if (isPartial(corpus)) {
    throw new InputError(
      `${corpus.source.path}: is only a part of ${entry.id}, and is found first; move it away, and check ${entry.id}`,
    );
  }
}

async function getFiles(entry: DatasetEntry, folder: string, progress: Progress, options: DownloadOptions) {
  for (const { bytes, ...known } of entry.files) {
    const file: RemoteFile = { ...known, ...bytes !== null && { bytes } };
    const { sha256, path } = await download(file, folder, options);
    const verified = file.md5 ?? file.sha256 ? "checksum right" : `nothing to verify it by; SHA-256 ${sha256}`;
    progress.line(sha256 === null ? `${path} is there` : `${path} fetched, ${verified}`);
  }
}

async function getFromHub(
  entry: DatasetEntry,
  folder: string,
  { token, endpoint = HUB }: HubEnvironment,
  progress: Progress,
  options: DownloadOptions,
) {
  const { repo, revision } = entry.hub!;
  if (!token && entry.gated && endpoint === HUB) {
    throw new InputError(
      `${entry.id}: is gated: accept ${entry.gated.terms} at ${entry.gated.url} with a Hugging Face account, ` +
        `make a token at ${HUB}/settings/tokens and set HF_TOKEN to it`,
    );
  }
  const branch: HubRepository = { kind: "dataset", repo, revision, endpoint, ...token && { token: hubToken(token) } };
  progress.status(`asking ${new URL(endpoint).host} for ${repo}`);
  // All files of one state of the repository, however long that takes.
  const pinned = { ...branch, revision: await hubCommit(branch, options) };
  const files = setFiles(entry.hub!, await listHubFolder(pinned, "", options));
  const bytes = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  progress.line(`${entry.id}: ${files.length} files, ${formatBytes(bytes)}, of ${repo} at ${pinned.revision}`);
  await writeSums(folder, `${repo} at ${pinned.revision}`, files);
  for (const file of files) {
    const [{ path, sha256 }] = await downloadHubFiles({ ...pinned, files: [file] }, folder, options);
    progress.line(`${path} ${sha256 === null ? "is there" : "fetched"}`);
  }
}

/** What is there of the set before anything is fetched; a copy that cannot be read is told, and counts as none. */
async function corpusThere(entry: DatasetEntry, dataRoot: string, progress: Progress): Promise<Corpus | null> {
  if (await kindOf(dataRoot) === null || await findDataset(entry, dataRoot) === null) return null;
  try {
    return await openCorpus(entry, dataRoot);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    progress.line(error.message);
    return null;
  }
}

function extent({ utterances, dropped, expected, source }: Corpus): string {
  return `${counted(utterances.length + dropped, expected.utterances)} utterances of ${source.path} (${source.form})`;
}

/** Ten lines a second are enough to look at. */
function throttled(show: (line: string) => void): NonNullable<DownloadOptions["onProgress"]> {
  let last = -Infinity;
  return (progress) => {
    const now = performance.now();
    if (now - last < 100 && progress.bytes !== progress.total) return;
    last = now;
    show(progressLine(progress));
  };
}
