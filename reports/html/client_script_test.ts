import assert from "node:assert/strict";
import { clientScript } from "./client_script.ts";

Deno.test("clientScript() is one module without imports or types that parses, and cannot close its element", () => {
  const script = clientScript();
  assert.doesNotMatch(script, /^import\b|^export\b|^interface\b|^type\b/m);
  assert.doesNotMatch(script, /<\/script|<!--/i);
  // A function's body is parsed and not run. In a block, as in a module, no name may be declared twice.
  assert.doesNotThrow(() => new Function(`"use strict"; return async () => {{${script}}}`));
  for (const name of ["chartSvg", "sortedOrder", "utteranceHtml", "niceDomain", "formatBytes"]) {
    assert.match(script, new RegExp(`^function ${name}\\(`, "m"));
  }
  assert.equal(clientScript(), script);
});
