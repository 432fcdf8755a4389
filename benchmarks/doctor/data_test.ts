import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { checkData } from "./data.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

Deno.test("checkData() says where it looked when there is nothing, and what to do", async () => {
  for (const root of [`${here}no-such-folder`, here]) {
    const { state, detail, remedy } = await checkData(root);
    assert.deepEqual([state, detail], ["missing", `no test set at ${root}`]);
    assert.match(remedy ?? "", /datasets get.*--data-root/);
  }
});

Deno.test("checkData() names the sets that are there, and their form", async () => {
  const root = await Deno.makeTempDir({ prefix: "samba-doctor-" });
  try {
    await Deno.mkdir(`${root}/LibriSpeech/test-clean/1/2`, { recursive: true });
    await Deno.writeTextFile(`${root}/LibriSpeech/test-clean/1/2/1-2.trans.txt`, "");
    const { state, detail } = await checkData(root);
    assert.equal(state, "ok");
    assert.match(detail, /: librispeech-clean \(LibriSpeech folder\)/);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
