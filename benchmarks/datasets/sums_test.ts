import assert from "node:assert/strict";
import { inFolder, namesIn } from "../../datasets/download/testing.ts";
import { inputError } from "../../datasets/testing.ts";
import { readSums, writeSums } from "./sums.ts";

Deno.test("writeSums() and readSums() keep what is known of files, in sha256sum's form", () =>
  inFolder(async (folder) => {
    assert.deepEqual(await readSums(`${folder}/x`), []);
    const sha256 = "ab".repeat(32);
    const files = [{ path: "data/a b.parquet", sha256 }, { path: "README.md" }];
    await writeSums(`${folder}/x`, "o/d at 123", files);
    assert.deepEqual(await readSums(`${folder}/x`), [{ name: "data/a b.parquet", sha256 }]);
    assert.equal(await Deno.readTextFile(`${folder}/x/SHA256SUMS`), `# o/d at 123\n${sha256}  data/a b.parquet\n`);
    assert.deepEqual(namesIn(`${folder}/x`), ["SHA256SUMS"]);
  }));

Deno.test("readSums() names the line that is none", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/SHA256SUMS`, `${"0".repeat(64)}  ok\n${"0".repeat(64)}  ../../etc/passwd\n`);
    await assert.rejects(readSums(folder), inputError(`${folder}/SHA256SUMS:2`, /is not "SHA256 {2}NAME"/));
  }));
