import assert from "node:assert/strict";
import { inputError } from "../testing.ts";
import { DownloadError } from "./errors.ts";
import { append, discard, onDisk, openPartial, startOver } from "./partial.ts";
import { described, fakeClock, inFolder, namesIn } from "./testing.ts";

const CONTENT = new TextEncoder().encode("some bytes");

Deno.test("openPartial() waits until another has ended with the file, and does not take its old one", () =>
  inFolder(async (folder) => {
    const path = `${folder}/x`;
    const first = await openPartial(path, {}, () => assert.fail("nobody else has it"));
    await append(first, CONTENT);
    let waited = 0;
    const clock = {
      ...fakeClock(),
      // The other one ends while this one waits.
      sleep: async () => {
        waited++;
        await Deno.rename(first.path, path);
        first[Symbol.dispose]();
      },
    };
    using second = await openPartial(path, {}, () => {}, undefined, clock);
    assert.deepEqual([waited, second.size, namesIn(folder)], [1, 0, ["x", "x.partial"]]);
    await append(second, CONTENT.subarray(1));
    assert.deepEqual(await Deno.readFile(path), CONTENT);
  }));

Deno.test("openPartial() does not take a file that got its final name between its opening and its lock", () =>
  inFolder(async (folder) => {
    const path = `${folder}/x`;
    const first = await openPartial(path, {}, () => {});
    await append(first, CONTENT);
    const { tryLock } = Deno.FsFile.prototype;
    Deno.FsFile.prototype.tryLock = async function (exclusive) {
      Deno.FsFile.prototype.tryLock = tryLock;
      await Deno.rename(first.path, path);
      first[Symbol.dispose]();
      return await tryLock.call(this, exclusive);
    };
    using second = await openPartial(path, {}, () => {}, undefined, fakeClock());
    assert.deepEqual([second.size, namesIn(folder)], [0, ["x", "x.partial"]]);
  }));

Deno.test("openPartial() gives up waiting when it is interrupted", () =>
  inFolder(async (folder) => {
    using _first = await openPartial(`${folder}/x`, {}, () => {});
    const stop = new AbortController();
    const second = openPartial(`${folder}/x`, {}, () => stop.abort(new Error("Ctrl-C")), stop.signal);
    await assert.rejects(second, /Ctrl-C/);
  }));

Deno.test("openPartial() digests what is there, and append() what comes", () =>
  inFolder(async (folder) => {
    const { md5, sha256 } = described(CONTENT, "");
    const path = `${folder}/x`;
    await Deno.writeFile(`${path}.partial`, CONTENT.subarray(0, 4));
    using partial = await openPartial(path, { md5 }, () => {});
    await append(partial, CONTENT.subarray(4));
    assert.deepEqual([partial.digests.md5?.digest("hex"), partial.digests.sha256.digest("hex")], [md5, sha256]);
    assert.deepEqual(await Deno.readFile(partial.path), CONTENT);
    await startOver(partial, { url: "u", etag: "e", lastModified: null });
    assert.deepEqual([partial.size, (await Deno.stat(partial.path)).size], [0, 0]);
    assert.deepEqual(namesIn(folder), ["x.partial", "x.partial.json"]);
    await discard(partial);
    assert.deepEqual(namesIn(folder), []);
  }));

Deno.test("onDisk() tells a full disk, which may be mended, from a folder that may not be written", async () => {
  const failing = (code: string) => onDisk("/x", () => Promise.reject(Object.assign(new Error(code), { code })));
  for (const code of ["ENOSPC", "EDQUOT"]) {
    await assert.rejects(failing(code), (error: Error) => {
      assert.ok(error instanceof DownloadError);
      assert.equal(
        error.message,
        "/x: no space is left on the disk, what came is kept; make room and run the same command again",
      );
      return true;
    });
  }
  await assert.rejects(failing("EACCES"), inputError("/x", /cannot be written \(EACCES\)/));
  await assert.rejects(failing("EIO"), /^Error: EIO$/);
});
