import assert from "node:assert/strict";
import { readBytes, readText } from "./files.ts";
import { inputError } from "./testing.ts";

const here = new URL(".", import.meta.url).pathname;

Deno.test("readBytes() and readText() give a file's content", async () => {
  const text = await readText(`${here}files_test.ts`);
  assert.match(text, /^import assert from "node:assert\/strict";\n/);
  assert.deepEqual(await readBytes(`${here}files_test.ts`), new TextEncoder().encode(text));
});

Deno.test("readBytes() names a path that is missing or a folder", async () => {
  await assert.rejects(readBytes(`${here}nowhere.wav`), inputError(`${here}nowhere.wav`, /no such file/));
  await assert.rejects(readBytes(here), inputError(here, /is a folder/));
});
