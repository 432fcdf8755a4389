import assert from "node:assert/strict";
import { inputError } from "../testing.ts";
import { networkReason, request } from "./request.ts";
import { serve } from "./testing.ts";

const status = (url: string): Promise<number> => request(url, {}, {}, (answer) => Promise.resolve(answer.status));

Deno.test("request() follows redirects, relative ones too, and ends a circle of them", async () => {
  await using server = serve(({ path }) => {
    if (path === "/a") return { status: 302, headers: { location: "b?x=1" } };
    if (path === "/b?x=1") return { status: 307, headers: { location: "/c" } };
    if (path === "/circle") return { status: 301, headers: { location: "/circle" } };
    return { status: path === "/c" ? 200 : 404 };
  });
  assert.equal(await status(`${server.url}/a`), 200);
  assert.equal(server.seen.length, 3);
  await assert.rejects(
    status(`${server.url}/circle`),
    inputError(`${server.url}/circle`, /redirects more than 10 times/),
  );
});

Deno.test("request() does not follow a redirect to what is not on the web", async () => {
  for (const location of ["file:///etc/passwd", "data:text/plain,x", "ftp://127.0.0.1/x"]) {
    await using server = serve(() => ({ status: 302, headers: { location } }));
    await assert.rejects(status(`${server.url}/a`), inputError(server.url, /leads to what is not on the web/));
  }
});

Deno.test("request() gives a body that is marked as compressed as it is: it is the file that has a checksum", async () => {
  const body = Uint8Array.from([31, 139, 1, 2, 3]);
  await using server = serve(() => ({ status: 200, headers: { "content-encoding": "gzip" }, body }));
  const read = request(
    server.url,
    {},
    {},
    async (answer) => (await Array.fromAsync(answer.chunks())).flatMap((c) => [...c]),
  );
  assert.deepEqual(await read, [...body]);
});

Deno.test("request() lets the caller take its time between pieces: only the network's silence is a stall", async () => {
  const body = new Uint8Array(1_000_000);
  await using server = serve(() => ({ status: 200, body }));
  const size = await request(server.url, {}, { stallSeconds: 0.2 }, async (answer) => {
    let size = 0;
    for await (const chunk of answer.chunks()) {
      if (size === 0) await new Promise((resolve) => setTimeout(resolve, 400));
      size += chunk.length;
    }
    return size;
  });
  assert.equal(size, body.length);
});

Deno.test("networkReason() leaves out the address, which may be signed", () => {
  const cause = new Error(
    "error sending request for url (https://x.y/?sig=S): client error (Connect): dns error: unknown",
  );
  assert.equal(networkReason(new TypeError("fetch failed", { cause })), "dns error: unknown");
  assert.equal(networkReason(new TypeError("no route to https://x.y/?sig=S at all")), "no route to … at all");
});

Deno.test({
  name: "request() calls a missing permission what it is, not the network's fault",
  // With every permission there would be nothing to miss.
  ignore: Deno.permissions.querySync({ name: "net", host: "192.0.2.1" }).state === "granted",
  fn: async () => {
    await assert.rejects(status("http://192.0.2.1/"), (error) => error instanceof Deno.errors.NotCapable);
  },
});
