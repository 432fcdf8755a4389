import assert from "node:assert/strict";
import { UsageError } from "../harness/errors.ts";
import { DEFAULT_DATA_ROOT } from "../harness/project.ts";
import { parseDatasetsOptions } from "./options.ts";

const NOWHERE = { dataRoot: undefined };

Deno.test("parseDatasetsOptions() takes the data folder from the option, else from SAMBA_DATA, else the project's", () => {
  assert.equal(parseDatasetsOptions(["list"], NOWHERE)?.dataRoot, DEFAULT_DATA_ROOT);
  assert.match(DEFAULT_DATA_ROOT, /[\\/]data$/);
  assert.equal(parseDatasetsOptions(["list"], { dataRoot: "" })?.dataRoot, DEFAULT_DATA_ROOT);
  assert.equal(parseDatasetsOptions(["list"], { dataRoot: "/s" })?.dataRoot, "/s");
  assert.equal(parseDatasetsOptions(["list", "--data-root", "/o"], { dataRoot: "/s" })?.dataRoot, "/o");
});

Deno.test("parseDatasetsOptions() takes each action with what belongs to it", () => {
  const common = { dataRoot: "/d", json: false, decode: 3, speech: null };
  const parse = (...args: string[]) => parseDatasetsOptions(args, { dataRoot: "/d" });
  assert.deepEqual(parse("list", "--json"), { ...common, action: "list", id: "", json: true });
  assert.deepEqual(parse("get", "an4"), { ...common, action: "get", id: "an4" });
  assert.deepEqual(parse("check", "an4", "--decode", "0"), { ...common, action: "check", id: "an4", decode: 0 });
  assert.equal(parse("check", "an4", "--decode", "all")?.decode, Infinity);
  assert.equal(parse("--help"), null);
});

Deno.test("parseDatasetsOptions() says what is wrong in one line", () => {
  const wrong: [string[], RegExp][] = [
    [[], /choose from list, get ID, check ID/],
    [["fetch", "an4"], /^datasets fetch: choose from/],
    [["list", "an4"], /did you mean check an4/],
    [["get"], /^datasets get: which one\?/],
    [["check", "a", "b"], /one at a time/],
    [["get", "an4", "--json"], /has no --json/],
    [["get", "an4", "--decode", "3"], /only check decodes/],
    [["check", "an4", "--decode", "some"], /"some" is neither a whole number nor all/],
    [["check", "an4", "--decode", "-1"], /decode/],
    [["list", "--data-root", ""], /no folder given/],
  ];
  for (const [args, pattern] of wrong) {
    assert.throws(() => parseDatasetsOptions(args, NOWHERE), (error: Error & { code?: string }) => {
      assert.ok(error instanceof UsageError || error.code?.startsWith("ERR_PARSE_ARGS"), error.stack);
      assert.match(error.message, pattern);
      return true;
    });
  }
});
