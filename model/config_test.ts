import assert from "node:assert/strict";
import { canonicalJson, ConfigError, configHash, type ModelConfig, parseConfig } from "./config.ts";
import { presetName, PRESETS, sambaConfig, transformerConfig } from "./presets.ts";

function broken(change: (config: Record<string, unknown>) => void): unknown {
  const config = structuredClone(sambaConfig("nano")) as unknown as Record<string, unknown>;
  change(config);
  return config;
}

Deno.test("parseConfig() accepts every preset unchanged", () => {
  for (const preset of PRESETS) {
    const configs: ModelConfig[] = [
      sambaConfig(preset),
      sambaConfig(preset, "causal", "concat"),
      transformerConfig(preset, "naive"),
      transformerConfig(preset, "window", "mamba"),
    ];
    for (const config of configs) assert.deepEqual(parseConfig(structuredClone(config), "test"), config);
  }
});

for (
  const [what, change, message] of [
    ["a width that is no multiple of 4", (c) => c.width = 30, /^weights: config\.width: /],
    ["no family", (c) => delete c.family, /^weights: config\.family: /],
    ["an unknown field", (c) => c.colour = "red", /^weights: config: .*colour/],
    ["heads that do not divide the width", (c) => c.heads = 3, /config\.heads: 3 heads do not divide the width 32/],
    ["a token twice", (c) => c.vocabulary = ["a", "b", "a", "c"], /config\.vocabulary: a token stands twice/],
    ["a state of 6", (c) => (c.ssm as { state: number }).state = 6, /config\.ssm\.state: /],
  ] as [string, (c: Record<string, unknown>) => void, RegExp][]
) {
  Deno.test(`parseConfig() throws one line that names the field when there is ${what}`, () => {
    assert.throws(() => parseConfig(broken(change), "weights"), (error: Error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  });
}

Deno.test("presetName() throws and lists the presets when the name is unknown", () => {
  assert.throws(() => presetName("huge"), /no preset is called huge: choose from nano, small, base, large/);
});

Deno.test("canonicalJson() does not depend on the order of keys", () => {
  assert.equal(canonicalJson({ b: [1, { d: 2, c: "x" }], a: null }), '{"a":null,"b":[1,{"c":"x","d":2}]}');
});

Deno.test("configHash() is the SHA-256 of the canonical JSON and differs between configs", async () => {
  const hash = await configHash(sambaConfig("nano"));
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(hash, await configHash(structuredClone(sambaConfig("nano"))));
  assert.notEqual(hash, await configHash(sambaConfig("nano", "causal")));
});
