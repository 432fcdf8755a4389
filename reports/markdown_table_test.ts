import assert from "node:assert/strict";
import { markdownTable } from "./markdown_table.ts";

Deno.test("markdownTable() aligns the named columns to the right and escapes what would break a cell", () => {
  assert.equal(
    markdownTable(["a", "b"], [["x|y", "1"], ["two\nlines", "2"]], ["b"]),
    "| a | b |\n| --- | ---: |\n| x\\|y | 1 |\n| two lines | 2 |",
  );
});
