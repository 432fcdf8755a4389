import assert from "node:assert/strict";
import { join } from "node:path";
import { loadArpa } from "../../model/language_model/arpa.ts";
import { estimateNgrams } from "../../model/language_model/estimate.ts";
import { scoreSentence } from "../../model/language_model/ngram.ts";
import { UsageError } from "../harness/errors.ts";
import { run } from "./command.ts";

const TEXT = "1-a A RIVER IS A STONE\n2-b THE STONE IS GREEN\n3-c THE RIVER IS GREEN\n";

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "samba-lm-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("run() writes the model of plain and of compressed text, without ids and in lower case where asked", () =>
  inFolder(async (folder) => {
    const [plain, packed, out] = ["text", "text.gz", "lm.arpa"].map((name) => join(folder, name));
    await Deno.writeTextFile(plain, TEXT);
    const gzip = new Response(TEXT).body!.pipeThrough(new CompressionStream("gzip"));
    await Deno.writeFile(packed, gzip);
    for (const text of [plain, packed]) {
      assert.equal(await run([text, "--out", out, "--order", "2", "--ids", "--lower"]), 0);
      const expected = estimateNgrams(["a river is a stone", "the stone is green", "the river is green"], 2);
      const model = await loadArpa(out);
      for (const words of [["the", "stone"], ["green", "river", "is"], ["unheard"]]) {
        assert.ok(Math.abs(scoreSentence(model, words) - scoreSentence(expected, words)) < 1e-5, words.join(" "));
      }
    }
  }));

Deno.test("run() says in one line what is wrong", () =>
  inFolder(async (folder) => {
    const path = join(folder, "bytes");
    await Deno.writeFile(path, Uint8Array.of(0x61, 0x0a, 0xff, 0x0a));
    const out = join(folder, "lm.arpa");
    for (
      const [args, pattern] of [
        [["--out", out], /^no text given/],
        [[path], /^--out: not given/],
        [[path, "--out", out], /bytes:2: is not UTF-8 text/],
        [[join(folder, "none"), "--out", out], /none: no such file/],
        [[path, "--out", out, "--order", "0"], /^--order/],
      ] as const
    ) {
      await assert.rejects(run([...args]), (e: Error) => e instanceof UsageError && pattern.test(e.message));
    }
    await Deno.writeTextFile(path, "a b\n");
    await assert.rejects(run([path, "--out", join(folder, "no", "lm.arpa")]), /^UsageError: --out .*cannot be written/);
  }));
