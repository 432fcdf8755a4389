import assert from "node:assert/strict";
import type { ModelConfig } from "../../model/config.ts";
import { sambaConfig, transformerConfig } from "../../model/presets.ts";
import { engineConfig } from "./engines.ts";
import { OWN_ENGINES, type OwnEngineName } from "./protocol.ts";
import { fittedConfig } from "./weights_fit.ts";

Deno.test("fittedConfig() leaves what an engine itself would make as it is", () => {
  for (const engine of OWN_ENGINES) {
    const config = engineConfig(engine, "nano");
    assert.deepEqual(fittedConfig(engine, config, "x"), config);
  }
});

Deno.test("fittedConfig() gives a transformer the engine's form of attention, and keeps a window as it was trained", () => {
  const flash = transformerConfig("small", "flash");
  for (const [engine, form] of [["transformer-naive", "naive"], ["transformer-window", "window"]] as const) {
    const wanted = transformerConfig("small", form);
    assert.deepEqual(fittedConfig(engine, flash, "x"), { ...wanted, name: flash.name });
  }
  const window = { kind: "window", left: 7, right: 9 } as const;
  const narrow: ModelConfig = { ...flash, encoder: { ...flash.encoder, attention: window } };
  assert.deepEqual(fittedConfig("transformer-window", narrow, "x"), narrow);
});

Deno.test("fittedConfig() refuses what an engine cannot run and says which could, in one line", () => {
  const causal = sambaConfig("nano", "causal");
  const cases: [OwnEngineName, ModelConfig, RegExp][] = [
    [
      "samba",
      causal,
      /^x: holds a causal samba model \(samba-causal-nano\), .* samba cannot run; give it to samba-causal$/,
    ],
    ["samba-causal", sambaConfig("nano"), /holds a bidirectional samba model .*; give it to samba$/],
    ["samba-streaming", { ...causal, frontend: { bins: 80, normalization: "utterance" } }, /give it to samba-causal$/],
    ["samba", transformerConfig("nano"), /holds a transformer model .*; give it to transformer-flash/],
    ["transformer-flash", causal, /holds a samba model .*; give it to samba or samba-causal$/],
  ];
  for (const [engine, config, message] of cases) {
    assert.throws(() => fittedConfig(engine, config, "x"), { name: "ConfigError", message });
  }
});
