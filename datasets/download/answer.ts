import { InputError } from "../errors.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { Transient } from "./errors.ts";
import { type Answer, hostOf } from "./request.ts";
import { retryAfterSeconds } from "./retry.ts";

/**
 * The error that an answer other than a file stands for: {@link Transient} for 408, 425, 429 and 5xx, else an
 * {@link InputError} of one line.
 *
 * @param name of what was asked for
 * @param access what to do to be let in, for 401 and 403
 */
export function refusal(
  name: string,
  url: string,
  { status, headers }: Pick<Answer, "status" | "headers">,
  access: string,
  clock: Clock = SYSTEM_CLOCK,
): Error {
  const answered = `${hostOf(url)} answered ${status}${codeOf(headers)}`;
  if (status >= 500 || [408, 425, 429].includes(status)) {
    return new Transient(answered, retryAfterSeconds(headers.get("retry-after"), clock.now()));
  }
  if (status === 401 || status === 403) return new InputError(`${name}: ${answered}; ${access}`);
  if (status === 404 || status === 410) {
    return new InputError(`${name}: ${answered}: nothing is at ${url}; it may have moved`);
  }
  return new InputError(`${name}: ${answered} for ${url}; expected the file`);
}

/** The hub's own word for what is wrong, such as GatedRepo. */
function codeOf(headers: Headers): string {
  const code = headers.get("x-error-code") ?? "";
  return /^\w+$/.test(code) ? ` (${code})` : "";
}

/** The part of a file that a 206 carries (RFC 9110, 14.4). */
export interface ContentRange {
  readonly start: number;
  readonly end: number;
  /** Bytes of the whole file; null where the server does not tell. */
  readonly total: number | null;
}

/** Reads a Content-Range header; null where it is none of bytes, or contradicts itself. */
export function contentRange(header: string | null): ContentRange | null {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header ?? "");
  if (!match) return null;
  const [start, end] = [Number(match[1]), Number(match[2])];
  const total = match[3] === "*" ? null : Number(match[3]);
  return start <= end && (total === null || end < total) ? { start, end, total } : null;
}
