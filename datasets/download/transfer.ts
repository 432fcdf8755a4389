import { contentRange, refusal } from "./answer.ts";
import { SYSTEM_CLOCK } from "./clock.ts";
import { Transient } from "./errors.ts";
import type { RemoteFile } from "./local.ts";
import { append, type Partial, startOver } from "./partial.ts";
import type { DownloadProgress, Meter } from "./progress.ts";
import { type Answer, request, type RequestOptions } from "./request.ts";
import type { RetryOptions } from "./retry.ts";

/** How a download is made and what hears of it. */
export interface DownloadOptions extends RequestOptions, RetryOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** What a user must do to be let in, for answers 401 and 403. */
  readonly access?: string;
}

/** One request for what is missing. Throws Transient where something still is. */
export async function fetchRest(
  file: RemoteFile,
  partial: Partial,
  options: DownloadOptions,
  renew: () => void,
  tell: Meter,
): Promise<void> {
  // Whole, but an earlier run was ended before it could be renamed.
  if (partial.size > 0 && partial.size === file.bytes) return;
  const range = rangeHeaders(file, partial);
  await request(file.url, range ?? {}, options, async (answer) => {
    const total = await expectBody(file, partial, answer, range !== null, options);
    const most = file.bytes ?? total ?? Infinity;
    tell(total, renew);
    for await (const chunk of answer.chunks()) {
      if (partial.size + chunk.length > most) {
        await startOver(partial, null);
        throw new Transient(`more than the ${most} bytes of the file came`);
      }
      await append(partial, chunk);
      tell(total, renew);
    }
    const missing = (file.bytes ?? total ?? 0) - partial.size;
    if (missing > 0) throw new Transient(`the connection was closed ${missing} bytes before the end`);
  });
}

/** Headers that ask for the rest of the same file; null where there is nothing, or nothing to tell the same file by. */
function rangeHeaders({ url, bytes, md5, sha256 }: RemoteFile, partial: Partial): Record<string, string> | null {
  const { size, validators } = partial;
  if (size === 0 || bytes !== undefined && size > bytes || validators?.url !== url) return null;
  const { etag, lastModified } = validators;
  // A weak validator may not be used there (RFC 9110, 13.1.5).
  const strong = etag !== null && !etag.startsWith("W/") ? etag : lastModified;
  if (strong === null && md5 === undefined && sha256 === undefined) return null;
  return { range: `bytes=${size}-`, ...(strong === null ? {} : { "if-range": strong }) };
}

/** Makes the partial file ready for the body of `answer`, and gives the whole file's size where the server tells it. */
async function expectBody(
  file: RemoteFile,
  partial: Partial,
  answer: Answer,
  ranged: boolean,
  { access = "it takes rights that nobody without an account there has", clock = SYSTEM_CLOCK, onNote }:
    DownloadOptions,
): Promise<number | null> {
  const { status, headers } = answer;
  const now = { url: file.url, etag: headers.get("etag"), lastModified: headers.get("last-modified") };
  if (status === 206 && ranged) {
    const part = contentRange(headers.get("content-range"));
    const changed = changedFrom(partial, now);
    if (part === null || part.start !== partial.size || changed !== null) {
      await startOver(partial, null);
      throw new Transient(changed ?? "the server sent another part than it was asked for");
    }
    expectTotal(file, part.total);
    partial.patched = true;
    return part.total;
  }
  if (status === 416 && ranged) {
    await startOver(partial, null);
    throw new Transient("the server has no such part of the file");
  }
  if (status !== 200) throw refusal(file.name, file.url, answer, access, clock);
  const length = headers.get("content-length");
  const total = length === null ? null : Number(length);
  expectTotal(file, total);
  if (partial.size > 0) {
    onNote?.(`${file.name}: ${ranged ? "the server sends all of it again" : "cannot go on"}; from the start`);
  }
  await startOver(partial, now);
  return total;
}

/** Not worth throwing away what is there: a proxy's page of excuses has the wrong size as well. */
function expectTotal({ bytes }: RemoteFile, total: number | null): void {
  if (bytes !== undefined && total !== null && total !== bytes) {
    throw new Transient(`the server announces ${total} bytes where ${bytes} are expected`);
  }
}

/** Says so where the server has another file now than that of which a part is there. */
function changedFrom(
  { validators }: Partial,
  now: { etag: string | null; lastModified: string | null },
): string | null {
  const same = (a: string | null | undefined, b: string | null): boolean => !a || b === null || a === b;
  if (same(validators?.etag, now.etag) && same(validators?.lastModified, now.lastModified)) return null;
  return "the file has changed on the server";
}
