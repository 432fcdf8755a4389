import assert from "node:assert/strict";
import { jsonItems } from "./json_items.ts";

async function items(text: string, chunkBytes: number, key = "audios"): Promise<unknown[]> {
  const bytes = new TextEncoder().encode(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.slice(at, at + chunkBytes);
    await Promise.resolve();
  }
  const found: unknown[] = [];
  for await (const item of jsonItems(chunks(), key)) found.push(JSON.parse(new TextDecoder().decode(item)));
  return found;
}

Deno.test("jsonItems() gives the objects of one list of the outermost object, however the bytes are cut", async () => {
  const audios = [
    { aid: 'brackets ]}[{ in "strings" and \\', segments: [{ a: [1, 2] }, {}] },
    {},
    { audios: [{ inner: true }], text: "é \u{1f3a4} \\\\" },
  ];
  const value = { audios: audios, before: { audios: [{ no: 1 }] }, list: [[{ no: 2 }], { no: 3 }], name: "audios" };
  for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
    for (const chunkBytes of [1, 2, 3, 7, 64, 10_000]) assert.deepEqual(await items(text, chunkBytes), audios);
  }
  const last = JSON.stringify({ name: "audios", list: [{ no: 1 }], audios });
  assert.deepEqual(await items(last, 5), audios);
  assert.deepEqual(await items('{"audios":[]}', 3), []);
});

Deno.test("jsonItems() throws where the bytes end early or there is no such list", async () => {
  const text = JSON.stringify({ x: "y", audios: [{ a: 1 }, { b: "z" }] });
  for (let length = 1; length < text.length; length++) {
    await assert.rejects(items(text.slice(0, length), 4), SyntaxError, text.slice(0, length));
  }
  await assert.rejects(items('{"audio": [{}]}', 4), /it has no list "audios"/);
  await assert.rejects(items('[{"audios": 1}]', 4), /it has no list "audios"/);
});
