import assert from "node:assert/strict";
import { inputError } from "../../datasets/testing.ts";
import { setFiles } from "./hub_files.ts";

const HUB = { repo: "o/d", revision: "main", files: /(?:^|\/)test[^/]*\.parquet$/ };
const chosen = (...paths: string[]): string[] => setFiles(HUB, paths.map((path) => ({ path }))).map(({ path }) => path);

Deno.test("setFiles() takes the files that fit, in order", () => {
  const parts = ["data/test-00001-of-00002.parquet", "data/test-00000-of-00002.parquet"];
  assert.deepEqual(chosen(...parts, "data/train-00000-of-00001.parquet", "test.csv"), parts.toReversed());
});

Deno.test("setFiles() takes a set once where several folders repeat it", () => {
  const of = (folder: string) => `${folder}test-00000-of-00001.parquet`;
  assert.deepEqual(chosen(of("xs/"), of("l/"), of("xl/")), [of("l/")]);
  assert.deepEqual(chosen(of("xs/"), of("")), [of("")]);
});

Deno.test("setFiles() says so where nothing fits, or a part is missing", () => {
  assert.throws(() => chosen("data/train-0.parquet"), inputError("o/d", /holds no file like .*test/));
  assert.throws(() => chosen("data/test-00000-of-00003.parquet"), inputError("o/d", /holds 1 of 3 files data\/test/));
});
