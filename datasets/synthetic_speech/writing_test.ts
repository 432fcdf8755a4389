import assert from "node:assert/strict";
import { inputError } from "../testing.ts";
import { writing } from "./writing.ts";

Deno.test("writing() tells a full disk and a folder that may not be written, in a line", async () => {
  const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
  for (const code of ["ENOSPC", "EDQUOT"]) {
    await assert.rejects(writing("/x", failing(code)), inputError("/x", /no space is left on the disk.*same command/));
  }
  await assert.rejects(writing("/x", failing("EACCES")), inputError("/x", /cannot be written \(EACCES\)/));
  await assert.rejects(writing("/x", failing("EOTHER")), { message: "EOTHER" });
  assert.equal(await writing("/x", () => Promise.resolve(1)), 1);
});
