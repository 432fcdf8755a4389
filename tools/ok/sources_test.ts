import assert from "node:assert/strict";
import { importsOf, sources } from "./sources.ts";

Deno.test("importsOf() finds every form of import, and none in comments", () => {
  const text = `import a from "./a.ts";
import type { B } from "../b/mod.ts";
import {
  type C,
  d,
} from "./c.ts";
import * as e from "node:path";
import "side";
export { f } from "./f.ts";
export type { G } from "./g.ts";
export * from "./h.ts";
// import no from "./no.ts";
/** Like import("./never.ts"). */
const i = await import("./i.ts");
export const text = "import";
`;
  assert.deepEqual(
    importsOf("room/sub/x.ts", text).map(({ specifier, path, isType }) => [path ?? specifier, isType]),
    [
      ["room/sub/a.ts", false],
      ["room/b/mod.ts", true],
      ["room/sub/c.ts", false],
      ["node:path", false],
      ["side", false],
      ["room/sub/f.ts", false],
      ["room/sub/g.ts", true],
      ["room/sub/h.ts", false],
      ["room/sub/i.ts", false],
    ],
  );
});

Deno.test("sources() finds the files of the project and what they import", async () => {
  const found = await sources();
  const rules = found.find(({ path }) => path === "tools/ok/rules.ts");
  assert.deepEqual(rules?.imports.map(({ path, isType }) => [path, isType]), [["tools/ok/sources.ts", true]]);
  assert.ok(found.some(({ path }) => path === "cli.ts"));
  assert.ok(found.every(({ path }) => !path.startsWith(".")));
});
