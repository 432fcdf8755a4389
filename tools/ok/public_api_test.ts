import assert from "node:assert/strict";
import { ROOT } from "./sources.ts";

interface Documented {
  readonly name: string;
  readonly doc: string | undefined;
}

/** A symbol in the output of `deno doc --json`, as far as it is looked at here. */
interface DocSymbol {
  readonly name: string;
  readonly declarations: readonly { readonly jsDoc?: { readonly doc?: string } }[];
}

Deno.test("every symbol that mod.ts exports has a docstring", async () => {
  const symbols = await exported(`${ROOT}/mod.ts`);
  assert.ok(symbols.length > 5, `only ${symbols.length} symbols found`);
  assert.deepEqual(symbols.filter(({ doc }) => !doc).map(({ name }) => name), []);
});

async function exported(path: string): Promise<Documented[]> {
  const { code, stdout, stderr } = await new Deno.Command("deno", { args: ["doc", "--json", path] }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as { nodes: Record<string, { symbols: DocSymbol[] }> };
  return Object.values(nodes).flatMap(({ symbols }) =>
    symbols.map(({ name, declarations }) => ({
      name,
      doc: declarations.map(({ jsDoc }) => jsDoc?.doc).find((doc) => doc),
    }))
  );
}
