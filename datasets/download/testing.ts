import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Clock } from "./clock.ts";
import type { RemoteFile } from "./local.ts";

/** What tests of downloads share: a server that misbehaves as it is told, and a clock that does not wait. */

/** One request as the server saw it; header names are in lower case. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** What goes over the wire: headers as written, lies included, and then the body, of which `cut` tells the end. */
export interface RawAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Bytes of the body after which the server closes (or, with `stall`, falls silent); by default all are sent. */
  readonly cut?: number;
  readonly stall?: boolean;
}

/** A server on 127.0.0.1. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly seen: SeenRequest[];
}

/**
 * Serves HTTP/1.1, one request a connection, with whatever `answer` says; null closes the connection without a word. Not
 * `Deno.serve`, which keeps its promises about lengths.
 */
export function serve(answer: (request: SeenRequest, nth: number) => RawAnswer | null): TestServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const seen: SeenRequest[] = [];
  const open = new Set<Deno.Conn>();
  const accepting = (async () => {
    const running: Promise<void>[] = [];
    for await (const connection of listener) {
      open.add(connection);
      running.push(
        talk(connection, (request) => {
          seen.push(request);
          return answer(request, seen.length - 1);
        }).catch(() => {
          // The client hung up.
        }).finally(() => {
          open.delete(connection);
          closeQuietly(connection);
        }),
      );
    }
    await Promise.all(running);
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    seen,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) closeQuietly(connection);
      await accepting;
    },
  };
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}

async function talk(connection: Deno.Conn, answer: (request: SeenRequest) => RawAnswer | null): Promise<void> {
  let head = "";
  const buffer = new Uint8Array(4096);
  while (!head.includes("\r\n\r\n")) {
    const read = await connection.read(buffer);
    if (read === null) return;
    head += new TextDecoder().decode(buffer.subarray(0, read));
  }
  const [start, ...lines] = head.split("\r\n\r\n")[0].split("\r\n");
  const headers = new Map(lines.map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  }));
  const answered = answer({ path: start.split(" ")[1], headers });
  if (answered === null) return;
  const body = answered.body ?? new Uint8Array(0);
  const isChunked = answered.headers?.["transfer-encoding"] !== undefined;
  const all = {
    ...isChunked ? {} : { "content-length": String(body.length) },
    "connection": "close",
    ...answered.headers,
  };
  const text = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  await writeAll(connection, new TextEncoder().encode(`HTTP/1.1 ${answered.status} Test\r\n${text}\r\n`));
  await writeAll(connection, body.subarray(0, answered.cut ?? body.length));
  // Silence until the client hangs up.
  if (answered.stall) { while (await connection.read(buffer) !== null); }
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** The answer of a server that keeps to the rules: ranges, If-Range, ETag. */
export function honest(content: Uint8Array, { headers }: SeenRequest, etag = '"1"'): RawAnswer {
  const range = /^bytes=(\d+)-$/.exec(headers.get("range") ?? "");
  const condition = headers.get("if-range");
  if (!range || condition !== undefined && condition !== etag) return { status: 200, headers: { etag }, body: content };
  const start = Number(range[1]);
  if (start >= content.length) return { status: 416, headers: { "content-range": `bytes */${content.length}` } };
  return {
    status: 206,
    headers: { etag, "content-range": `bytes ${start}-${content.length - 1}/${content.length}` },
    body: content.subarray(start),
  };
}

/** What a registry would know of `content` at `url`. */
export function described(content: Uint8Array, url: string): Required<RemoteFile> {
  const hash = (kind: string): string => createHash(kind).update(content).digest("hex");
  return { url, name: "set.tar.gz", bytes: content.length, md5: hash("md5"), sha256: hash("sha256") };
}

/** A clock that notes how long it was to sleep, and whose time passes only so. */
export function fakeClock(random: () => number = () => 0): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  let now = Date.UTC(2026, 0, 1);
  return {
    slept,
    now: () => now,
    random,
    sleep(seconds, signal) {
      signal?.throwIfAborted();
      slept.push(seconds);
      now += seconds * 1000;
      return Promise.resolve();
    },
  };
}

/** Runs `body` in a folder of its own, which is then removed. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "samba-download-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Asserts that a file holds `content`, without a list of what differs, which takes minutes. */
export async function assertHolds(path: string, content: Uint8Array): Promise<void> {
  const found = await Deno.readFile(path);
  const at = found.length === content.length ? found.findIndex((byte, i) => byte !== content[i]) : found.length;
  assert.ok(found.length === content.length && at < 0, `${path}: ${found.length} bytes, other than expected at ${at}`);
}

/** Names in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
