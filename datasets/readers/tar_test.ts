import assert from "node:assert/strict";
import { inputError } from "../testing.ts";
import { readTar } from "./tar.ts";
import { testRoot } from "./testing.ts";

const ARCHIVE = testRoot("librispeech_tar/LibriSpeech/test-clean.tar.gz");

Deno.test("readTar() reads wanted files of GNU and pax archives, gzipped or not", async () => {
  const wanted = (name: string) => name.endsWith(".txt");
  const gnu = await readTar(ARCHIVE, wanted);
  assert.deepEqual([...gnu.keys()].sort(), [
    "LibriSpeech/test-clean/121/121726/121-121726.trans.txt",
    "LibriSpeech/test-clean/61/70968/61-70968.trans.txt",
  ]);
  assert.equal(
    new TextDecoder().decode(gnu.get("LibriSpeech/test-clean/121/121726/121-121726.trans.txt")),
    "121-121726-0000 ALSO A POPULAR CONTRIVANCE\n",
  );
  assert.deepEqual(await readTar(testRoot("librispeech_tar/pax.tar"), wanted), gnu);
});

Deno.test("readTar() refuses archives with a path that leaves the folder, though it was not wanted", async () => {
  for (const [name, pattern] of [["parent", /leaves its folder/], ["absolute", /which is absolute/]] as const) {
    const path = testRoot(`hostile_${name}.tar.gz`);
    await assert.rejects(readTar(path, () => false), inputError(path, pattern));
  }
});

Deno.test("readTar() refuses an archive that is not there, or a folder, and leaves no error behind", async () => {
  const missing = testRoot("librispeech_tar/none.tar.gz");
  await assert.rejects(readTar(missing, () => true), inputError(missing, /no such file/));
  const folder = testRoot("librispeech_tar");
  await assert.rejects(readTar(folder, () => true), inputError(folder, /is a folder/));
});

Deno.test("readTar() does not follow links", async () => {
  assert.deepEqual([...(await readTar(testRoot("hostile_link.tar.gz"), () => true)).keys()], ["evil.txt"]);
});

Deno.test("readTar() refuses archives that are truncated or damaged", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const bytes = await Deno.readFile(ARCHIVE);
    const path = `${folder}/cut.tar.gz`;
    for (const length of [0, 1, 5, 100, 1000, bytes.length >> 1, bytes.length - 9, bytes.length - 1]) {
      await Deno.writeFile(path, bytes.subarray(0, length));
      await assert.rejects(readTar(path, () => true), inputError(path, /truncated or damaged archive/), `${length}`);
    }
    const damaged = bytes.slice();
    damaged[bytes.length >> 1] ^= 16;
    await Deno.writeFile(path, damaged);
    await assert.rejects(readTar(path, () => true), inputError(path, /truncated or damaged archive/));
    await Deno.writeFile(path, new TextEncoder().encode("<html>no archive</html>".repeat(60)));
    await assert.rejects(readTar(path, () => true), inputError(path, /truncated or damaged archive/));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
