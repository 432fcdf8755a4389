import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { canonicalJson, configHash, type ModelConfig } from "../../model/config.ts";
import { sambaConfig } from "../../model/presets.ts";
import { encodeSafetensors } from "../../model/safetensors.ts";
import type { EngineName } from "./protocol.ts";
import { inFolder, quietProgress } from "./testdata/surroundings.ts";
import { findWhisper, prepareWeights } from "./weights.ts";

const SCRIPT = new URL("./prepare_weights.ts", import.meta.url).href;

function prepare(engine: EngineName, weights: string, interrupt = new AbortController().signal) {
  const options = { engines: [engine], weights: { [engine]: weights }, foundWhisper: null, dataRoot: null };
  return prepareWeights(SCRIPT, options, quietProgress(), interrupt);
}

/** A weights file that has a config and no tensors, which nobody looks at before it is loaded. */
async function writeWeights(path: string, config: ModelConfig): Promise<void> {
  const metadata = { config: canonicalJson(config), config_hash: await configHash(config) };
  await Deno.writeFile(path, encodeSafetensors({ metadata, tensors: new Map() }));
}

Deno.test("prepareWeights() finds a file of this suite, with its name and hash", () =>
  inFolder(async (folder) => {
    const path = join(folder, "samba.safetensors");
    await writeWeights(path, sambaConfig("nano"));
    const sha256 = createHash("sha256").update(await Deno.readFile(path)).digest("hex");
    const { trained, missing } = (await prepare("samba", path))!;
    assert.deepEqual([...trained], [["samba", { path, name: "samba.safetensors", sha256 }]]);
    assert.equal(missing.size, 0);
  }));

Deno.test("prepareWeights() says in one line what is wrong with weights", () =>
  inFolder(async (folder) => {
    const causal = join(folder, "causal.safetensors");
    await writeWeights(causal, sambaConfig("nano", "causal"));
    const text = join(folder, "text");
    await Deno.writeTextFile(text, "no weights");
    const cases: [EngineName, string, RegExp][] = [
      ["samba", causal, /^--weights: .*holds a causal samba model .*; give it to samba-causal$/],
      ["samba", join(folder, "none"), /none: no such weights file$/],
      ["transformer-flash", text, /text is truncated, or not safetensors$/],
      ["whisper", join(folder, "none"), /none: no such folder; give one with .*REPO@REVISION$/],
      ["whisper", folder, /config\.json: missing; Whisper's weights need it$/],
      ["whisper", "owner/name", /^--weights owner\/name: .* give owner\/name@COMMIT, or owner\/name@main/],
    ];
    for (const [engine, weights, message] of cases) {
      await assert.rejects(prepare(engine, weights), (error) => {
        assert.ok(error instanceof Error);
        assert.equal(error.name, "UsageError");
        assert.match(error.message, message);
        assert.ok(!error.message.includes("\n"));
        return true;
      });
    }
  }));

Deno.test("prepareWeights() gives null when interrupted, and starts nothing where nothing is named", async () => {
  assert.equal(await prepare("samba", "/tmp/none", AbortSignal.abort()), null);
  const options = { engines: ["samba", "whisper"] as const, weights: {}, foundWhisper: null, dataRoot: null };
  const none = await prepareWeights("/nothing", options, quietProgress(), new AbortController().signal);
  assert.deepEqual([none!.trained.size, [...none!.missing.keys()]], [0, ["whisper"]]);
});

Deno.test("findWhisper() takes whisper/whisper-base before models/, and of these the first that is Whisper's", () =>
  inFolder(async (folder) => {
    const put = async (path: string, type: string): Promise<string> => {
      await Deno.mkdir(join(folder, path), { recursive: true });
      await Deno.writeTextFile(join(folder, path, "config.json"), JSON.stringify({ model_type: type }));
      return join(folder, path);
    };
    assert.equal(await findWhisper(folder), null);
    assert.equal(await findWhisper(join(folder, "none")), null);
    await put("models/a/other/1", "wav2vec2");
    await Deno.mkdir(join(folder, "models/a/whisper-empty/2"), { recursive: true });
    const second = await put("models/c/whisper-b/4", "whisper");
    assert.equal(await findWhisper(folder), second);
    const first = await put("models/b/whisper-a/3", "whisper");
    assert.equal(await findWhisper(folder), first);
    const usual = await put("whisper/whisper-base", "whisper");
    assert.equal(await findWhisper(folder), usual);
  }));
