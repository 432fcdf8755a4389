import assert from "node:assert/strict";
import { denoCommand, printed } from "./spawn.ts";

Deno.test("printed() gives a program's output, and null where it fails or is not there", async () => {
  const deno = denoCommand();
  assert.equal((await printed(deno, ["--version"]))?.split(" ")[1], Deno.version.deno);
  assert.equal(await printed(deno, ["no-such-file.ts"]), null);
  assert.equal(await printed("no-such-program", []), null);
});
