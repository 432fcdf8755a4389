import assert from "node:assert/strict";
import { runChild } from "./child.ts";

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`onInterrupt() takes a ${signal} that comes twice for one, and a later one ends the program`, async () => {
    // In a process of its own: `deno test` takes SIGINT to be meant for itself.
    const script = new URL("./testdata/interrupted.ts", import.meta.url).href;
    const said: string[] = [];
    const end = await runChild(
      script,
      ["--allow-run"],
      signal,
      (line) => said.push(line),
      60,
      new AbortController().signal,
    );
    assert.deepEqual(said, ["heard it", "still there"]);
    assert.equal(end.signal, signal);
    assert.equal(end.stopped, null);
  });
}
