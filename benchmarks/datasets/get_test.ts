import assert from "node:assert/strict";
import { described, fakeClock, honest, inFolder, namesIn, serve } from "../../datasets/download/testing.ts";
import { inputError } from "../../datasets/testing.ts";
import { get } from "./get.ts";
import { readSums } from "./sums.ts";
import { kept, LINES, madeUp } from "./testing.ts";

const CONTENT = new TextEncoder().encode(LINES);
const NO_HUB = () => assert.fail("this set is not from the hub");
const options = () => ({ clock: fakeClock() });

Deno.test("get() fetches a set into its folder, and says how much of it is there", () =>
  inFolder(async (root) => {
    await using server = serve((request) => honest(CONTENT, request));
    const entry = madeUp([{ ...described(CONTENT, `${server.url}/set.txt`), name: "set.txt" }]);
    const { lines, progress } = kept();
    // The data folder need not be there yet.
    await get(entry, `${root}/data`, NO_HUB, progress, options());
    const path = `${root}/data/made-up/set.txt`;
    assert.deepEqual(lines, [`${path} fetched, checksum right`, `made-up: 4 utterances of ${path} (lines)`]);
    await get(entry, `${root}/data`, NO_HUB, progress, options());
    assert.equal(lines[2], `made-up: 4 utterances of ${path} (lines) are there`);
    assert.equal(server.seen.length, 1);
  }));

Deno.test("get() tells the SHA-256 of what it has no checksum for", () =>
  inFolder(async (root) => {
    await using server = serve((request) => honest(CONTENT, request));
    const entry = madeUp([{ url: `${server.url}/set.txt`, name: "set.txt", bytes: null }]);
    const { lines, progress } = kept();
    await get(entry, root, NO_HUB, progress, options());
    assert.match(lines[0], new RegExp(`nothing to verify it by; SHA-256 ${described(CONTENT, "").sha256}$`));
  }));

Deno.test("get() never makes a set of wrong bytes", () =>
  inFolder(async (root) => {
    await using server = serve((request) => honest(CONTENT.with(2, 88), request));
    const entry = madeUp([{ ...described(CONTENT, `${server.url}/set.txt`), name: "set.txt" }]);
    await assert.rejects(
      get(entry, root, NO_HUB, kept().progress, options()),
      inputError(root, /not the expected file; it was removed/),
    );
    assert.deepEqual(namesIn(`${root}/made-up`), []);
  }));

Deno.test("get() says what to do about a set that is not downloaded, and about a partial copy that is found first", () =>
  inFolder(async (root) => {
    await assert.rejects(
      get(madeUp([]), root, NO_HUB, kept().progress, options()),
      inputError("made-up", /is not downloaded\. Made of nothing\.$/),
    );
    await Deno.mkdir(`${root}/made-up`);
    await Deno.writeTextFile(`${root}/made-up/set.txt`, "a ONE\n");
    await using server = serve((request) => honest(CONTENT, request));
    const entry = madeUp([{ ...described(CONTENT, `${server.url}/set.txt`), name: "all.txt" }]);
    const { lines, progress } = kept();
    await assert.rejects(
      get(entry, root, NO_HUB, progress, options()),
      inputError(root, /set\.txt: is only a part of made-up, and is found first; move it away/),
    );
    assert.match(lines[0], /^made-up: 1 of 4 utterances of .* are there; fetching all$/);
  }));

const HUB = { repo: "o/d", revision: "main", files: /^set[^/]*\.txt$/ };
const GATED = { terms: "terms", url: "https://huggingface.co/datasets/o/d" };
const COMMIT = "0123456789abcdef0123456789abcdef01234567";

Deno.test("get() fetches from the hub at the commit that it found, and keeps the checksums beside the files", () =>
  inFolder(async (root) => {
    const { sha256, bytes } = described(CONTENT, "");
    const files = [{ type: "file", path: "set.txt", size: bytes, lfs: { oid: sha256 } }, {
      type: "file",
      path: "x",
      size: 1,
    }];
    const json = (value: unknown) => ({ status: 200, body: new TextEncoder().encode(JSON.stringify(value)) });
    await using hub = serve((request) => {
      if (request.path === "/api/datasets/o/d/revision/main") return json({ sha: COMMIT });
      if (request.path === `/api/datasets/o/d/tree/${COMMIT}?recursive=true`) return json(files);
      return request.path === `/datasets/o/d/resolve/${COMMIT}/set.txt` ? honest(CONTENT, request) : { status: 404 };
    });
    const entry = madeUp([], { hub: HUB, gated: GATED });
    const { lines, progress } = kept();
    await get(entry, root, () => ({ token: "hf_secret", endpoint: hub.url }), progress, options());
    assert.match(lines[0], new RegExp(`^made-up: 1 files, ${bytes}\\.0 B, of o/d at ${COMMIT}$`));
    assert.deepEqual(await readSums(`${root}/made-up`), [{ name: "set.txt", sha256 }]);
    assert.deepEqual(namesIn(`${root}/made-up`), ["SHA256SUMS", "set.txt"]);
    // It belongs to the hub, which a mirror is not.
    assert.deepEqual(hub.seen.map(({ headers }) => headers.has("authorization")), [false, false, false]);
  }));

Deno.test("get() of a gated set without a token says what to accept, and asks nobody", () =>
  inFolder(async (root) => {
    const entry = madeUp([], { hub: HUB, gated: GATED });
    const environment = () => ({ token: undefined, endpoint: undefined });
    await assert.rejects(
      get(entry, root, environment, kept().progress, options()),
      inputError(
        "made-up",
        /is gated: accept terms at https:\/\/huggingface\.co\/datasets\/o\/d .* and set HF_TOKEN to it$/,
      ),
    );
  }));
