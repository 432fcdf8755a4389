import assert from "node:assert/strict";
import { random } from "../random.ts";
import { inputError } from "../testing.ts";
import { download, type DownloadOptions, verify } from "./download.ts";
import { assertHolds, described, fakeClock, honest, inFolder, namesIn, type RawAnswer, serve } from "./testing.ts";

const rng = random(11);
const CONTENT = Uint8Array.from({ length: 300_000 }, () => rng.integer(256));

/** Options of a test: nobody waits, and what would be told is kept. */
function quick(options: DownloadOptions = {}) {
  const notes: string[] = [];
  const clock = fakeClock();
  return { notes, clock, options: { clock, onNote: (line: string) => notes.push(line), ...options } };
}

function failing(name: string, pattern: RegExp, exitCode?: number) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, name);
    assert.doesNotMatch(error.message, /\n/);
    assert.match(error.message, pattern);
    if (exitCode !== undefined) assert.equal((error as Error & { exitCode?: number }).exitCode, exitCode);
    return true;
  };
}

Deno.test("download() puts a file in place under its name alone, and tells progress and SHA-256", () =>
  inFolder(async (folder) => {
    await using server = serve((request) => honest(CONTENT, request));
    const file = described(CONTENT, `${server.url}/set`);
    const told: number[] = [];
    const { options } = quick({
      onProgress: ({ bytes, total }) => {
        assert.equal(total, CONTENT.length);
        told.push(bytes);
      },
    });
    const at = `${folder}/a/b`;
    const downloaded = await download(file, at, options);
    assert.deepEqual(downloaded, { path: `${at}/set.tar.gz`, bytes: CONTENT.length, sha256: file.sha256 });
    await assertHolds(downloaded.path, CONTENT);
    assert.deepEqual(namesIn(at), ["set.tar.gz"]);
    assert.deepEqual([told[0], told.at(-1)], [0, CONTENT.length]);
    assert.deepEqual(told, told.toSorted((a, b) => a - b));
    assert.equal(server.seen[0].headers.get("accept-encoding"), "identity");
  }));

Deno.test("download() does not fetch again what is there, and refuses to replace a file of another size", () =>
  inFolder(async (folder) => {
    await using server = serve((request) => honest(CONTENT, request));
    const file = described(CONTENT, `${server.url}/set`);
    await download(file, folder);
    assert.equal((await download(file, folder)).sha256, null);
    assert.equal(server.seen.length, 1);
    await Deno.writeFile(`${folder}/set.tar.gz`, CONTENT.subarray(1));
    await assert.rejects(
      download(file, folder),
      inputError(`${folder}/set.tar.gz`, /is not the expected .*move it away/),
    );
    assert.equal(server.seen.length, 1);
  }));

Deno.test("download() goes on where a connection was cut, with If-Range, after back-off", () =>
  inFolder(async (folder) => {
    const cuts = [100_000, 50_000, 0];
    await using server = serve((request, nth) => ({ ...honest(CONTENT, request), ...nth < 3 && { cut: cuts[nth] } }));
    const { options, clock, notes } = quick();
    await download(described(CONTENT, `${server.url}/set`), folder, options);
    await assertHolds(`${folder}/set.tar.gz`, CONTENT);
    assert.deepEqual(
      server.seen.map(({ headers }) => [headers.get("range"), headers.get("if-range")]),
      [[undefined, undefined], ["bytes=100000-", '"1"'], ["bytes=150000-", '"1"'], ["bytes=150000-", '"1"']],
    );
    // The first two brought something new, so that the back-off began anew.
    assert.deepEqual(clock.slept, [1, 1, 2]);
    assert.match(notes[0], /^set\.tar\.gz: 127\.0\.0\.1:\d+: .*; trying again in 1 s$/);
  }));

Deno.test("download() goes on in a later call, and digests what was there from its start", () =>
  inFolder(async (folder) => {
    await using server = serve((request, nth) => ({ ...honest(CONTENT, request), ...nth < 1 && { cut: 123_456 } }));
    const file = described(CONTENT, `${server.url}/set`);
    await assert.rejects(
      download(file, folder, quick({ attempts: 1 }).options),
      failing("DownloadError", /given up after 1 attempts; run the same command again to go on from 123456 bytes$/, 2),
    );
    assert.deepEqual(namesIn(folder), ["set.tar.gz.partial", "set.tar.gz.partial.json"]);
    assert.equal((await download(file, folder, quick().options)).sha256, file.sha256);
    assert.equal(server.seen[1].headers.get("range"), "bytes=123456-");
    assert.deepEqual(namesIn(folder), ["set.tar.gz"]);
  }));

Deno.test("download() starts over where the server ignores ranges", () =>
  inFolder(async (folder) => {
    await using server = serve((_, nth) => ({ status: 200, body: CONTENT, ...nth < 2 && { cut: 100_000 + nth } }));
    const { options, notes } = quick();
    await download(described(CONTENT, `${server.url}/set`), folder, options);
    await assertHolds(`${folder}/set.tar.gz`, CONTENT);
    assert.equal(notes.filter((line) => /sends all of it again; from the start/.test(line)).length, 2);
  }));

Deno.test("download() starts over where the file has changed, whether or not the server heeds If-Range", async () => {
  const changed = CONTENT.toReversed();
  for (const heeds of [true, false]) {
    await inFolder(async (folder) => {
      await using server = serve((request, nth) => {
        if (nth === 0) return { ...honest(CONTENT, request, '"old"'), cut: 200_000 };
        if (!heeds) (request.headers as Map<string, string>).delete("if-range");
        return honest(changed, request, '"new"');
      });
      // Of neither file is anything known beforehand.
      const { options } = quick();
      await download({ url: `${server.url}/set`, name: "x" }, folder, options);
      await assertHolds(`${folder}/x`, changed);
    });
  }
});

Deno.test("download() does not go on with bytes that nothing ties to the file", () =>
  inFolder(async (folder) => {
    // No validators, no checksum: the rest might be another file's.
    await using server = serve((_, nth) => ({ status: 200, body: CONTENT, ...nth < 1 && { cut: 1000 } }));
    await download({ url: `${server.url}/set`, name: "x", bytes: CONTENT.length }, folder, quick().options);
    assert.equal(server.seen[1].headers.get("range"), undefined);
  }));

Deno.test("download() throws wrong bytes away and says which checksum is wrong", () =>
  inFolder(async (folder) => {
    const wrong = CONTENT.with(77, CONTENT[77] ^ 1);
    await using server = serve((request) => honest(wrong, request));
    const { sha256, ...file } = described(CONTENT, `${server.url}/set`);
    const pattern = new RegExp(`has MD5 ${described(wrong, "").md5}, not ${file.md5}: .*it was removed$`);
    await assert.rejects(download(file, folder, quick().options), inputError(`${folder}/set.tar.gz`, pattern));
    await assert.rejects(
      download({ ...file, sha256 }, folder, quick().options),
      inputError(`${folder}/set.tar.gz`, /has SHA-256/),
    );
    assert.deepEqual(namesIn(folder), []);
    assert.equal(server.seen.length, 2);
  }));

Deno.test("download() fetches once more what is wrong and came in parts, and once only", async () => {
  for (const wrongAgain of [false, true]) {
    await inFolder(async (folder) => {
      const wrong = CONTENT.with(77, CONTENT[77] ^ 1);
      await using server = serve((request, nth) => ({
        ...honest(nth === 0 || wrongAgain ? wrong : CONTENT, request),
        ...nth % 2 === 0 && { cut: 1000 },
      }));
      const { options, notes } = quick();
      const downloading = download(described(CONTENT, `${server.url}/set`), folder, options);
      if (wrongAgain) await assert.rejects(downloading, inputError(folder, /not the expected file; it was removed/));
      else await downloading;
      assert.deepEqual(namesIn(folder), wrongAgain ? [] : ["set.tar.gz"]);
      assert.equal(server.seen.length, 4);
      assert.equal(notes.filter((line) => /fetching it once more from the start/.test(line)).length, 1);
    });
  }
});

Deno.test("download() says so when the server announces or sends another length, and keeps no such file", async () => {
  const answers: [RawAnswer, RegExp][] = [
    [{ status: 200, body: CONTENT, headers: { "content-length": "999" } }, /announces 999 bytes where 300000 are/],
    [
      { status: 200, body: CONTENT, headers: { "content-length": "400000" } },
      /announces 400000 bytes where 300000 are/,
    ],
    [chunked(CONTENT.subarray(0, 1000)), /closed 299000 bytes before the end/],
    [chunked(Uint8Array.from([...CONTENT, 1])), /more than the 300000 bytes of the file came/],
  ];
  for (const [answer, pattern] of answers) {
    await inFolder(async (folder) => {
      await using server = serve(() => answer);
      const downloading = download(described(CONTENT, `${server.url}/set`), folder, quick({ attempts: 3 }).options);
      await assert.rejects(downloading, failing("DownloadError", pattern, 2));
      assert.equal(namesIn(folder).includes("set.tar.gz"), false);
      assert.ok(server.seen.length >= 3);
    });
  }
});

/** A body without a length beforehand. */
function chunked(body: Uint8Array): RawAnswer {
  const head = new TextEncoder().encode(`${body.length.toString(16)}\r\n`);
  const tail = new TextEncoder().encode("\r\n0\r\n\r\n");
  const headers = { "transfer-encoding": "chunked" };
  return { status: 200, headers, body: new Uint8Array([...head, ...body, ...tail]) };
}

Deno.test("download() starts over where a 206 is of another part, or there is none (416)", async () => {
  const odd: RawAnswer[] = [
    { status: 206, headers: { "content-range": "bytes 5-299999/300000" }, body: CONTENT.subarray(5) },
    { status: 206, headers: { "content-range": "bytes 2000-299999/300000" }, body: CONTENT.subarray(2000) },
    { status: 206, headers: { "content-range": "pages 1-2/3" }, body: CONTENT },
    { status: 206, body: CONTENT },
    { status: 416 },
  ];
  for (const answer of odd) {
    await inFolder(async (folder) => {
      await using server = serve((request, nth) => {
        if (nth === 1) return answer;
        return { ...honest(CONTENT, request), ...nth < 1 && { cut: 1000 } };
      });
      // Without a checksum, nothing later would make up for a wrong part.
      await download({ url: `${server.url}/set`, name: "x" }, folder, quick().options);
      await assertHolds(`${folder}/x`, CONTENT);
      assert.equal(server.seen[2].headers.get("range"), undefined);
    });
  }
});

Deno.test("download() gives up at once where a file is not to be had, with one line that says what to do", async () => {
  const cases: [number, RegExp][] = [
    [401, /^set\.tar\.gz: 127\.0\.0\.1:\d+ answered 401 \(GatedRepo\); accept the terms$/],
    [403, /^set\.tar\.gz: 127\.0\.0\.1:\d+ answered 403 \(GatedRepo\); accept the terms$/],
    [404, /^set\.tar\.gz: .* answered 404 .*: nothing is at http:\/\/127\.0\.0\.1:\d+\/set; it may have moved$/],
    [410, /answered 410/],
    [400, /answered 400 .*expected the file$/],
  ];
  for (const [status, pattern] of cases) {
    await inFolder(async (folder) => {
      await using server = serve(() => ({ status, headers: { "x-error-code": "GatedRepo" } }));
      const { options, clock } = quick({ access: "accept the terms" });
      await assert.rejects(
        download(described(CONTENT, `${server.url}/set`), folder, options),
        inputError("set", pattern),
      );
      assert.deepEqual([server.seen.length, clock.slept, namesIn(folder)], [1, [], []]);
    });
  }
});

Deno.test("download() waits as long as a 429 or 503 asks, at most five minutes, and backs off where it does not say", () =>
  inFolder(async (folder) => {
    const { options, clock } = quick();
    const date = new Date(clock.now() + (7 + 1) * 1000 + 20_000).toUTCString();
    const waits: [number, string | null][] = [[429, "7"], [503, null], [429, date], [429, "9999"], [500, null]];
    await using server = serve((request, nth) => {
      if (nth >= waits.length) return honest(CONTENT, request);
      const [status, after] = waits[nth];
      return { status, headers: after === null ? {} : { "retry-after": after } };
    });
    await download(described(CONTENT, `${server.url}/set`), folder, options);
    assert.deepEqual(clock.slept, [7, 2, 19, 300, 16]);
  }));

Deno.test("download() gives up after as many attempts as it was given, and says what the last one met", () =>
  inFolder(async (folder) => {
    await using server = serve(() => ({ status: 502 }));
    const { options, clock, notes } = quick();
    const downloading = download(described(CONTENT, `${server.url}/set`), folder, options);
    await assert.rejects(
      downloading,
      failing("DownloadError", /answered 502; given up after 6 attempts; run .*again$/, 2),
    );
    assert.deepEqual([server.seen.length, clock.slept, notes.length], [6, [1, 2, 4, 8, 16], 5]);
    assert.deepEqual(namesIn(folder), []);
  }));

Deno.test("download() says so where nothing answers, and where a connection is closed without a word", () =>
  inFolder(async (folder) => {
    const server = serve(() => null);
    const file = described(CONTENT, `${server.url}/set?secret=1`);
    const { options } = quick({ attempts: 2 });
    const pattern =
      /^set\.tar\.gz: 127\.0\.0\.1:\d+: (?!.*secret).*; given up after 2 attempts; run the same command again$/;
    await assert.rejects(download(file, folder, options), failing("DownloadError", pattern, 2));
    assert.equal(server.seen.length, 2);
    await server[Symbol.asyncDispose]();
    await assert.rejects(download(file, folder, options), failing("DownloadError", pattern, 2));
    await assert.rejects(download(file, folder, options), failing("DownloadError", /refused/i, 2));
  }));

Deno.test("download() takes a connection that stalls for a broken one, before and amid the body", () =>
  inFolder(async (folder) => {
    await using server = serve((request, nth) => {
      if (nth === 0) return { ...honest(CONTENT, request), cut: 1000, stall: true };
      return honest(CONTENT, request);
    });
    const { options, notes } = quick({ stallSeconds: 0.2 });
    await download(described(CONTENT, `${server.url}/set`), folder, options);
    assert.match(notes[0], /^set\.tar\.gz: 127\.0\.0\.1:\d+ sent nothing for 0\.2 s; trying again in 1 s$/);
    assert.equal(server.seen[1].headers.get("range"), "bytes=1000-");
  }));

Deno.test("download() gives up a server that sends next to nothing at a time", () =>
  inFolder(async (folder) => {
    await using server = serve((request) => ({ ...honest(CONTENT, request), cut: 400 }));
    const downloading = download(described(CONTENT, `${server.url}/set`), folder, quick().options);
    await assert.rejects(downloading, failing("DownloadError", /given up after 6 attempts/, 2));
    // Only each hundredth, 3,000 bytes, gives all attempts back.
    assert.equal(server.seen.length, 6);
  }));

Deno.test("download() ends with the signal's reason and keeps what it has", () =>
  inFolder(async (folder) => {
    await using server = serve((request, nth) => ({
      ...honest(CONTENT, request),
      ...nth < 1 && { cut: 100_000, stall: true },
    }));
    const file = described(CONTENT, `${server.url}/set`);
    const stop = new AbortController();
    const onProgress = ({ bytes }: { bytes: number }): void => {
      if (bytes === 100_000) stop.abort(new Error("Ctrl-C"));
    };
    const { options } = quick({ signal: stop.signal, onProgress });
    await assert.rejects(download(file, folder, options), /^Error: Ctrl-C$/);
    assert.equal((await Deno.stat(`${folder}/set.tar.gz.partial`)).size, 100_000);
    await download(file, folder, quick().options);
    assert.equal(server.seen[1].headers.get("range"), "bytes=100000-");
  }));

Deno.test("download() finishes without a request what was whole but not yet named", () =>
  inFolder(async (folder) => {
    await using server = serve(() => ({ status: 500 }));
    await Deno.writeFile(`${folder}/set.tar.gz.partial`, CONTENT);
    await download(described(CONTENT, `${server.url}/set`), folder, quick().options);
    assert.deepEqual([server.seen.length, namesIn(folder)], [0, ["set.tar.gz"]]);
  }));

Deno.test("download() does not go on with what came from another address, or is too long", async () => {
  const parts: [string, number][] = [["/elsewhere", 1000], ["/set", CONTENT.length + 1]];
  for (const [path, length] of parts) {
    await inFolder(async (folder) => {
      await using server = serve((request) => honest(CONTENT, request));
      const { url, bytes, name } = described(CONTENT, `${server.url}/set`);
      await Deno.writeFile(`${folder}/${name}.partial`, new Uint8Array(length));
      const validators = { url: `${server.url}${path}`, etag: '"1"', lastModified: null };
      await Deno.writeTextFile(`${folder}/${name}.partial.json`, JSON.stringify(validators));
      await download({ url, bytes, name }, folder, quick().options);
      await assertHolds(`${folder}/${name}`, CONTENT);
      assert.equal(server.seen.length, 1);
    });
  }
});

Deno.test("download() heeds neither a partial file that is too long nor a torn note beside it", () =>
  inFolder(async (folder) => {
    await using server = serve((request) => honest(CONTENT, request));
    await Deno.writeFile(`${folder}/set.tar.gz.partial`, new Uint8Array(CONTENT.length + 1));
    await Deno.writeTextFile(`${folder}/set.tar.gz.partial.json`, '{"url": "ht');
    await download(described(CONTENT, `${server.url}/set`), folder, quick().options);
    await assertHolds(`${folder}/set.tar.gz`, CONTENT);
    assert.deepEqual(namesIn(folder), ["set.tar.gz"]);
  }));

Deno.test("download() called twice at once fetches a file once, and both have it", () =>
  inFolder(async (folder) => {
    await using server = serve((request) => honest(CONTENT, request));
    const file = described(CONTENT, `${server.url}/set`);
    const notes: string[] = [];
    const both = await Promise.all(
      [0, 1, 2].map(() => download(file, folder, { onNote: (line) => notes.push(line) })),
    );
    assert.equal(server.seen.length, 1);
    assert.deepEqual(both.map(({ bytes }) => bytes), [300_000, 300_000, 300_000]);
    assert.deepEqual(notes, Array(2).fill("set.tar.gz: waiting for another download of it"));
    assert.deepEqual(namesIn(folder), ["set.tar.gz"]);
  }));

Deno.test("download() refuses names that leave the folder, and a folder where the file should be", () =>
  inFolder(async (folder) => {
    for (const name of ["", "../x", "a/../../x", "/etc/x", "..", ".", "a/"]) {
      await assert.rejects(
        download({ url: "http://127.0.0.1:1/", name }, folder),
        inputError(JSON.stringify(name), /is no name/),
      );
    }
    await Deno.mkdir(`${folder}/x`);
    await assert.rejects(
      download({ url: "http://127.0.0.1:1/", name: "x" }, folder),
      inputError(folder, /move it away/),
    );
    await Deno.writeTextFile(`${folder}/y`, "");
    await assert.rejects(
      download({ url: "http://127.0.0.1:1/", name: "y/z" }, folder),
      inputError(folder, /cannot be written/),
    );
  }));

Deno.test("verify() tells a local copy that is whole from one that is short or wrong", () =>
  inFolder(async (folder) => {
    const file = described(CONTENT, "");
    const path = `${folder}/x`;
    await Deno.writeFile(path, CONTENT);
    assert.equal(await verify(file, path), null);
    await Deno.writeFile(path, CONTENT.with(0, CONTENT[0] ^ 1));
    assert.match(await verify(file, path) ?? "", /x: has SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}$/);
    await Deno.writeFile(path, CONTENT.subarray(1));
    assert.equal(await verify(file, path), `${path}: holds 299999 bytes, not 300000`);
  }));
