import assert from "node:assert/strict";
import { TestRandom } from "../../kernels/testing/mod.ts";
import { addChild, findChild, nodeWords, suffixes, trie } from "./trie.ts";

Deno.test("a trie holds what addChild() put there and nothing else, however it grows", () => {
  const random = new TestRandom(1);
  const t = trie(5);
  const known = new Map<string, number>();
  for (let word = 0; word < 5; word++) known.set(`${word}`, word + 1);
  for (let i = 0; i < 3000; i++) {
    let node = 0;
    let name = "";
    for (let n = 0; n <= random.integer(6); n++) {
      const word = random.integer(5);
      name += (name && " ") + word;
      const found = findChild(t, node, word);
      assert.equal(found, known.get(name) ?? 0);
      node = addChild(t, node, word);
      known.set(name, node);
      if (found > 0) assert.equal(node, found);
    }
  }
  assert.equal(t.count, known.size + 1);
  for (const [name, node] of known) {
    assert.equal(nodeWords(t, node).join(" "), name);
    assert.equal(t.depth[node], name.split(" ").length);
  }
  const suffix = suffixes(t);
  for (const [name, node] of known) {
    const words = name.split(" ");
    const tails = words.map((_, i) => known.get(words.slice(i).join(" ")) ?? 0).slice(1);
    assert.equal(suffix[node], tails.find((tail) => tail > 0) ?? 0, name);
  }
});
