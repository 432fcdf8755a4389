import assert from "node:assert/strict";
import { inputError } from "../testing.ts";
import { downloadHubFiles, HUB, hubCommit, hubFileUrl, type HubRepository, hubToken, listHubFolder } from "./hub.ts";
import { described, fakeClock, honest, inFolder, type SeenRequest, serve } from "./testing.ts";

const CONTENT = new TextEncoder().encode("weights");
const OPTIONS = { clock: fakeClock() };

function json(value: unknown, headers: Record<string, string> = {}) {
  return { status: 200, headers, body: new TextEncoder().encode(JSON.stringify(value)) };
}

Deno.test("hubFileUrl() writes addresses as the hub does, of models and datasets", () => {
  const repo = { repo: "a/b", revision: "refs/convert/parquet" } as const;
  assert.equal(
    hubFileUrl({ ...repo, kind: "dataset" }, "x y/0.parquet"),
    "https://huggingface.co/datasets/a/b/resolve/refs%2Fconvert%2Fparquet/x%20y/0.parquet",
  );
  assert.equal(
    hubFileUrl({ ...repo, kind: "model", revision: "abc", endpoint: "https://mirror.example/" }, "onnx/e.onnx"),
    "https://mirror.example/a/b/resolve/abc/onnx/e.onnx",
  );
});

Deno.test("downloadHubFiles() fetches to the repository's paths, through the redirect to where large files are", () =>
  inFolder(async (folder) => {
    await using store = serve((request) => honest(CONTENT, request));
    await using hub = serve(({ path }) => ({ status: 302, headers: { location: `${store.url}${path}?signature=S` } }));
    const { sha256, bytes } = described(CONTENT, "");
    const repository = { kind: "model", repo: "o/w", revision: "r1", endpoint: hub.url } as const;
    const files = [{ path: "config.json" }, { path: "onnx/encoder.onnx", sha256, bytes }];
    const downloaded = await downloadHubFiles({ ...repository, files }, folder, OPTIONS);
    assert.deepEqual(downloaded.map((file) => [file.path, file.sha256]), [
      [`${folder}/config.json`, sha256],
      [`${folder}/onnx/encoder.onnx`, sha256],
    ]);
    assert.deepEqual(await Deno.readFile(`${folder}/onnx/encoder.onnx`), CONTENT);
    assert.deepEqual(hub.seen.map(({ path }) => path), [
      "/o/w/resolve/r1/config.json",
      "/o/w/resolve/r1/onnx/encoder.onnx",
    ]);
  }));

Deno.test("downloadHubFiles() shows the token to its own origin, and to none that it is redirected to", () =>
  inFolder(async (folder) => {
    const authorization = ({ headers }: SeenRequest) => headers.get("authorization");
    await using store = serve((request) => honest(CONTENT, request));
    await using hub = serve(({ path }) => ({
      status: 302,
      // First within the hub, as for a repository that was renamed, and then away.
      headers: { location: path.startsWith("/old/") ? path.replace("old", "new") : `${store.url}/` },
    }));
    const repository = { kind: "model", repo: "old/w", revision: "r1", endpoint: hub.url } as const;
    const files = [{ path: "x" }];
    await downloadHubFiles(
      { ...repository, files, token: { origin: hub.url, value: "hf_secret" } },
      `${folder}/1`,
      OPTIONS,
    );
    assert.deepEqual(hub.seen.map(authorization), ["Bearer hf_secret", "Bearer hf_secret"]);
    assert.deepEqual(store.seen.map(authorization), [undefined]);
    // A mirror is not the hub.
    await downloadHubFiles({ ...repository, files, token: hubToken("hf_secret") }, `${folder}/2`, OPTIONS);
    assert.deepEqual(hub.seen.slice(2).map(authorization), [undefined, undefined]);
  }));

Deno.test("downloadHubFiles() never tells the token or a signed address, whatever goes wrong", () =>
  inFolder(async (folder) => {
    const away = serve(() => null);
    await using _away = away;
    const answers = [
      { status: 401, headers: { "x-error-code": "GatedRepo" } },
      { status: 403 },
      { status: 404 },
      { status: 500 },
      { status: 302, headers: { location: `${away.url}/?signature=hf_signed` } },
      { status: 302, headers: { location: "http://[" } },
      null,
    ];
    for (const answer of answers) {
      await using hub = serve(() => answer);
      const told: string[] = [];
      const repository = { kind: "dataset", repo: "o/d", revision: "r1", endpoint: hub.url } as const;
      const files = [{ path: "x" }];
      for (const token of [{ origin: hub.url, value: "hf_secret" }, { origin: hub.url, value: "hf_sec\nret" }]) {
        const options = { ...OPTIONS, attempts: 2, onNote: (line: string) => told.push(line) };
        await assert.rejects(downloadHubFiles({ ...repository, files, token }, folder, options), (error: Error) => {
          told.push(error.message, error.stack ?? "", Deno.inspect(error));
          return true;
        });
      }
      assert.doesNotMatch(told.join("\n"), /hf_/);
    }
  }));

Deno.test("downloadHubFiles() says how to get into a gated set, with and without a token, and of a mirror", () =>
  inFolder(async (folder) => {
    await using hub = serve(() => ({ status: 401, headers: { "x-error-code": "GatedRepo" } }));
    const repository = { kind: "dataset", repo: "o/d", revision: "r1", endpoint: hub.url } as const;
    const fails = async (token: HubRepository["token"], pattern: RegExp) => {
      const options = { ...repository, files: [{ path: "x" }], ...token && { token } };
      await assert.rejects(downloadHubFiles(options, folder, OPTIONS), inputError("x: 127.0.0.1:", pattern));
    };
    const accept = "accept its terms at https://huggingface.co/datasets/o/d";
    await fails(
      undefined,
      new RegExp(`${accept}, make a token at https://huggingface.co/settings/tokens and set HF_TOKEN`),
    );
    await fails(
      { origin: hub.url, value: "t" },
      new RegExp(`HF_TOKEN is set, but does not open it: ${accept} with the`),
    );
    await fails(hubToken("t"), /HF_TOKEN is sent to https:\/\/huggingface\.co only, which 127\.0\.0\.1:\d+ is not/);
  }));

Deno.test("hubToken() takes a token as people copy it, and does not repeat one that is none", () => {
  assert.deepEqual(hubToken(" hf_x\n"), { origin: HUB, value: "hf_x" });
  for (const wrong of ["hf secret", "hf_secrét", " "]) {
    assert.throws(() => hubToken(wrong), (error: Error) => {
      assert.doesNotMatch(error.message, /secr/);
      return inputError("HF_TOKEN", /copy it anew/)(error);
    });
  }
});

Deno.test("listHubFolder() gives all pages of a folder, with the SHA-256 of large files", async () => {
  const sha256 = described(CONTENT, "").sha256;
  await using hub = serve(({ path }) =>
    path.includes("cursor") ? json([{ type: "file", path: "data/b.json", size: 5, oid: "0".repeat(40) }]) : json(
      [
        { type: "directory", path: "data/more", size: 0 },
        { type: "file", path: "data/a.parquet", size: 7, oid: "0".repeat(40), lfs: { oid: sha256, size: 7 } },
      ],
      { link: `<${path}&cursor=abc>; rel="next"` },
    )
  );
  const repository = { kind: "dataset", repo: "o/d", revision: "r/1", endpoint: hub.url } as const;
  assert.deepEqual(await listHubFolder(repository, "data/", OPTIONS), [
    { path: "data/a.parquet", bytes: 7, sha256 },
    { path: "data/b.json", bytes: 5 },
  ]);
  assert.deepEqual(hub.seen.map(({ path }) => path), [
    "/api/datasets/o/d/tree/r%2F1/data?recursive=true",
    "/api/datasets/o/d/tree/r%2F1/data?recursive=true&cursor=abc",
  ]);
});

Deno.test("listHubFolder() says so where the answer is no listing", async () => {
  await using hub = serve(({ path }) => path.includes("list") ? json({ error: "x" }) : json([{ type: "file" }]));
  const repository = { kind: "dataset", repo: "o/d", revision: "r", endpoint: hub.url } as const;
  for (const folder of ["list", "odd"]) {
    await assert.rejects(listHubFolder(repository, folder, OPTIONS), inputError(hub.url, /is no list of files$/));
  }
});

Deno.test("hubCommit() gives the commit of a branch, after trying again what was no JSON", async () => {
  const sha = "0123456789abcdef0123456789abcdef01234567";
  await using hub = serve((_, nth) => nth === 0 ? { status: 200, body: CONTENT } : json(nth === 1 ? { sha } : {}));
  const repository = { kind: "model", repo: "o/m", revision: "main", endpoint: hub.url } as const;
  assert.equal(await hubCommit(repository, OPTIONS), sha);
  assert.equal(hub.seen[1].path, "/api/models/o/m/revision/main");
  await assert.rejects(hubCommit(repository, OPTIONS), inputError(hub.url, /names no commit/));
});
