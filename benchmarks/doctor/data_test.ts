import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { checkData } from "./data.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

Deno.test("checkData() says where it looked when there is nothing, and what to do", async () => {
  const { state, detail, remedy } = await checkData([`${here}no-such-folder`, `${here}data_test.ts`]);
  assert.equal(state, "missing");
  assert.equal(detail, `none at ${here}no-such-folder or ${here}data_test.ts`);
  assert.match(remedy ?? "", /openslr\.org.*--data-root/);
});

Deno.test("checkData() says that a folder holds no LibriSpeech when it does not", async () => {
  const { state, detail } = await checkData([here]);
  assert.deepEqual([state, detail], ["missing", `${here} holds no LibriSpeech audio`]);
});
