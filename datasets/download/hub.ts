/** Files of repositories on the Hugging Face hub, or on a mirror that speaks as it does, at a pinned revision. */
import { InputError } from "../errors.ts";
import { refusal } from "./answer.ts";
import { download, type Downloaded, type DownloadOptions, type RemoteFile, type Token } from "./download.ts";
import { Transient } from "./errors.ts";
import { request } from "./request.ts";
import { retrying } from "./retry.ts";

/** Where the hub is; a token from there is sent nowhere else. */
export const HUB = "https://huggingface.co";

/** A repository at a revision. */
export interface HubRepository {
  readonly kind: "model" | "dataset";
  /** Such as `onnx-community/whisper-base`. */
  readonly repo: string;
  /** A commit's hash, or a branch or tag, which may change. */
  readonly revision: string;
  /** Address of the hub or of a mirror (default: {@link HUB}). */
  readonly endpoint?: string;
  readonly token?: Token;
}

/** A file of a repository and what is known of it. */
export interface HubFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly bytes?: number;
  readonly sha256?: string;
}

/** The token of a hub account, which the hub alone is shown; {@link InputError}, without it, where it cannot be one. */
export function hubToken(value: string): Token {
  const trimmed = value.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new InputError("HF_TOKEN: holds a character that no token has; copy it anew from the hub's settings");
  }
  return { origin: HUB, value: trimmed };
}

/** Address of a file of a repository. */
export function hubFileUrl(repository: HubRepository, path: string): string {
  const { revision } = repository;
  return `${pageOf(repository)}/resolve/${encodeURIComponent(revision)}/${
    path.split("/").map(encodeURIComponent).join("/")
  }`;
}

/**
 * Fetches files of a repository to the same paths below `folder`, one after another, as `download` does. Where neither size
 * nor SHA-256 of a file is known, it is whole when the server says so.
 */
export async function downloadHubFiles(
  repository: HubRepository & { readonly files: readonly HubFile[] },
  folder: string,
  options: DownloadOptions = {},
): Promise<Downloaded[]> {
  const downloaded: Downloaded[] = [];
  for (const { path, ...known } of repository.files) {
    const file: RemoteFile = { ...known, name: path, url: hubFileUrl(repository, path) };
    downloaded.push(await download(file, folder, { ...withToken(repository), ...options }));
  }
  return downloaded;
}

/**
 * The files in and below a folder of a repository (`""` for all), with their sizes and, of large files, their SHA-256.
 * Throws as `download` does.
 */
export async function listHubFolder(
  repository: HubRepository,
  path: string,
  options: DownloadOptions = {},
): Promise<HubFile[]> {
  const folder = path.split("/").filter((part) => part !== "").map((part) => `/${encodeURIComponent(part)}`).join("");
  const files: HubFile[] = [];
  let url: string | null = `${apiOf(repository)}/tree/${
    encodeURIComponent(repository.revision)
  }${folder}?recursive=true`;
  while (url !== null) {
    const page: Page = await getJson(repository, url, options);
    files.push(...hubFilesOf(page.json, url));
    url = page.next;
  }
  return files;
}

/** The hash of the commit that a branch or tag stands for now; of a commit, its own. */
export async function hubCommit(repository: HubRepository, options: DownloadOptions = {}): Promise<string> {
  const url = `${apiOf(repository)}/revision/${encodeURIComponent(repository.revision)}`;
  const { json } = await getJson(repository, url, options);
  const sha = (json as { sha?: unknown } | null)?.sha;
  if (typeof sha !== "string" || !/^[0-9a-f]{40}$/.test(sha)) {
    throw new InputError(`${url}: names no commit; is ${repository.endpoint ?? HUB} a hub?`);
  }
  return sha;
}

interface Page {
  readonly json: unknown;
  readonly next: string | null;
}

async function getJson(repository: HubRepository, url: string, options: DownloadOptions): Promise<Page> {
  const all = { ...withToken(repository), ...options };
  return await retrying(
    repository.repo,
    () => "run the same command again later",
    () =>
      request(url, {}, all, async (answer) => {
        if (answer.status !== 200) throw refusal(repository.repo, url, answer, all.access, all.clock);
        const parts: Uint8Array<ArrayBuffer>[] = [];
        for await (const chunk of answer.chunks()) parts.push(Uint8Array.from(chunk));
        const text = await new Blob(parts).text();
        try {
          return { json: JSON.parse(text), next: nextPage(answer.headers.get("link"), url) };
        } catch {
          throw new Transient(`${url} did not send JSON`);
        }
      }),
    all,
  );
}

/** Long listings come in pages (RFC 8288). */
function nextPage(link: string | null, url: string): string | null {
  const match = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? "");
  return match ? URL.parse(match[1], url)?.href ?? null : null;
}

function hubFilesOf(json: unknown, url: string): HubFile[] {
  if (!Array.isArray(json)) throw new InputError(`${url}: is no list of files`);
  return (json as Record<string, unknown>[]).filter(({ type }) => type === "file").map(({ path, size, lfs }) => {
    if (typeof path !== "string" || typeof size !== "number") throw new InputError(`${url}: is no list of files`);
    const oid = (lfs as { oid?: unknown } | undefined)?.oid;
    return { path, bytes: size, ...(typeof oid === "string" && /^[0-9a-f]{64}$/.test(oid) ? { sha256: oid } : {}) };
  });
}

/** The token, and what to do where it does not open the door. */
function withToken(repository: HubRepository): DownloadOptions & { readonly access: string } {
  const page = pageOf({ ...repository, endpoint: HUB });
  const { token, endpoint = HUB } = repository;
  if (!token) {
    return {
      access:
        `if it is gated, accept its terms at ${page}, make a token at ${HUB}/settings/tokens and set HF_TOKEN to it`,
    };
  }
  const elsewhere = new URL(endpoint).origin !== token.origin
    ? `HF_TOKEN is sent to ${token.origin} only, which ${new URL(endpoint).host} is not; leave HF_ENDPOINT out, or`
    : "HF_TOKEN is set, but does not open it:";
  return {
    token,
    access: `${elsewhere} accept its terms at ${page} with the token's account, and let the token read it`,
  };
}

function pageOf({ kind, repo, endpoint = HUB }: HubRepository): string {
  return `${endpoint.replace(/\/+$/, "")}/${kind === "dataset" ? "datasets/" : ""}${repo}`;
}

function apiOf({ kind, repo, endpoint = HUB }: HubRepository): string {
  return `${endpoint.replace(/\/+$/, "")}/api/${kind}s/${repo}`;
}
