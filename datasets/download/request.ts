import { InputError } from "../errors.ts";
import { Transient } from "./errors.ts";

/** A secret and the one origin that may see it. */
export interface Token {
  /** Such as `https://huggingface.co`: scheme, host and port. */
  readonly origin: string;
  readonly value: string;
}

/** How a request is made. */
export interface RequestOptions {
  readonly token?: Token;
  readonly signal?: AbortSignal;
  /** Seconds without a byte after which a connection counts as dead (default: 30). */
  readonly stallSeconds?: number;
}

/** The server's answer; what the caller leaves of the body is thrown away. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it comes; throws {@link Transient} where the connection breaks or stalls. */
  chunks(): AsyncGenerator<Uint8Array, void, void>;
}

const MOST_REDIRECTS = 10;

/**
 * GETs `url` and hands the answer, whatever its status, to `use`.
 *
 * Redirects are followed here rather than by `fetch`, so that the token goes to its own origin and nowhere else: Deno drops
 * it when the origin changes, but versions before mid-2026 kept it for subdomains. Nothing is asked for compressed, so
 * that lengths, ranges and checksums are those of the file.
 *
 * Throws {@link Transient} where there is no connection, or a stalled one; messages name neither token nor the address of a
 * redirect, which may be signed.
 */
export async function request<T>(
  url: string,
  headers: Readonly<Record<string, string>>,
  { token, signal, stallSeconds = 30 }: RequestOptions,
  use: (answer: Answer) => Promise<T>,
): Promise<T> {
  if (token && !/^[\x21-\x7e]+$/.test(token.value)) {
    throw new InputError(`the access token for ${token.origin} holds a character that no token has; set it anew`);
  }
  signal?.throwIfAborted();
  const controller = new AbortController();
  const interrupt = (): void => controller.abort(signal!.reason);
  signal?.addEventListener("abort", interrupt);
  /** What the network does within the time allowed; the time that the caller takes does not count. */
  const watched = async <R>(step: () => Promise<R>): Promise<R> => {
    const stalled = (): void => controller.abort(new Transient(`${hostOf(url)} sent nothing for ${stallSeconds} s`));
    const timer = setTimeout(stalled, stallSeconds * 1000);
    try {
      return await step();
    } catch (error) {
      if (controller.signal.aborted) throw controller.signal.reason;
      throw asTransient(error, url);
    } finally {
      clearTimeout(timer);
    }
  };
  try {
    const response = await follow(
      url,
      headers,
      token,
      (url, headers) => watched(() => fetch(url, { headers, redirect: "manual", signal: controller.signal })),
    );
    const chunks = async function* (): AsyncGenerator<Uint8Array, void, void> {
      const reader = response.body?.getReader();
      for (let part; reader && !(part = await watched(() => reader.read())).done;) yield part.value;
    };
    return await use({ status: response.status, headers: response.headers, chunks });
  } finally {
    signal?.removeEventListener("abort", interrupt);
    // Ends the body, however much of it was read.
    controller.abort();
  }
}

async function follow(
  url: string,
  headers: Readonly<Record<string, string>>,
  token: Token | undefined,
  get: (url: URL, headers: Record<string, string>) => Promise<Response>,
): Promise<Response> {
  let target = new URL(url);
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    if (!/^https?:$/.test(target.protocol)) throw new InputError(`${url}: leads to what is not on the web`);
    const authorization = token?.origin === target.origin ? { authorization: `Bearer ${token.value}` } : {};
    const response = await get(target, { "accept-encoding": "identity", ...headers, ...authorization });
    const location = response.headers.get("location");
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response;
    await response.body?.cancel();
    const next = URL.parse(location, target);
    if (next === null) throw new Transient(`${target.host} redirects to what is no address`);
    if (target.protocol === "https:" && next.protocol !== "https:") {
      throw new InputError(`${url}: ${target.host} redirects to an unencrypted address; not followed`);
    }
    target = next;
  }
  throw new InputError(`${url}: redirects more than ${MOST_REDIRECTS} times; the address may have moved`);
}

/** The host of an address, for messages. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}

/** What `fetch` throws is the network's fault, but for a missing permission. */
function asTransient(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) return error;
  return new Transient(`${hostOf(url)}: ${networkReason(error)}`);
}

/** Why `fetch` failed, without the address that Deno quotes before "): ", and any that it may quote elsewhere. */
export function networkReason(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause.message : error.message;
  return cause.replace(/^.*\): /s, "").replace(/\w+:\/\/\S+/g, "…").split("\n")[0];
}
