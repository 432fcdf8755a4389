import assert from "node:assert/strict";
import { join } from "node:path";
import { readAudio } from "../../../datasets/audio/read.ts";
import { inFolder } from "../../../datasets/download/testing.ts";
import { readLibriSpeech } from "../../../datasets/librispeech.ts";
import { dataRoot, inputError } from "../../../datasets/testing.ts";
import { denoCommand, printed } from "../../harness/spawn.ts";
import type { Engine } from "../engine.ts";
import { CONFIG, fetchPackages } from "./packages.ts";
import { openWhisper, type WhisperOptions } from "./whisper.ts";

const root = dataRoot();
const missing = await whatIsMissing();

async function whatIsMissing(): Promise<string | null> {
  if (root === undefined) return "there is no ../shared/data with Whisper's weights";
  return await fetchPackages(() => {}).then(() => null, (error: Error) => error.message);
}

/** A test that runs Whisper; where weights or packages are missing it says so and is ignored. */
function whisperTest(name: string, body: () => Promise<void>): void {
  if (missing !== null) console.log(`skipped: ${name}: ${missing}`);
  Deno.test({ name, ignore: missing !== null, fn: body });
}

function open(changed: Partial<WhisperOptions> = {}): Promise<Engine> {
  return openWhisper({
    weights: `${root}/whisper/whisper-base`,
    device: "cpu",
    dtype: null,
    language: "en",
    times: false,
    threads: null,
    hub: { models: "/tmp/unused" },
    ...changed,
  });
}

whisperTest("openWhisper() gives the texts of a plain loop over transformers.js", async () => {
  const utterances = (await readLibriSpeech(root!)).filter((_, i) => i % 21 === 0);
  const recordings = await Promise.all(utterances.map(({ path }) => readAudio(path)));
  const texts: string[] = [];
  await using engine = await open();
  for (const recording of recordings) {
    const { transcripts, seconds } = await engine.transcribe([recording]);
    assert.equal(transcripts[0].segments, null);
    assert.ok(seconds > 0);
    texts.push(transcripts[0].text);
  }
  const { identity, loadSeconds, maxBatch, givesTimes } = engine;
  assert.ok(loadSeconds > 0 && maxBatch === 1 && !givesTimes);
  assert.equal(identity.weights?.name, "whisper-base");
  assert.match(String(identity.settings.runtime), /^transformers\.js 4\.3\.1, onnxruntime-node 1\.30\.0$/);
  assert.ok(engine.memory().outsidePeakBytes! > 100 * 2 ** 20);

  await inFolder(async (folder) => {
    const files = recordings.map((_, i) => join(folder, `${i}.f32`));
    for (const [i, file] of files.entries()) {
      const { buffer, byteOffset, byteLength } = recordings[i];
      await Deno.writeFile(file, new Uint8Array(buffer, byteOffset, byteLength));
    }
    const program = join(import.meta.dirname!, "testdata/plain_loop.ts");
    const flags = ["--quiet", "--cached-only", "--frozen", `--config=${CONFIG}`, "--allow-all"];
    const plain = await printed(denoCommand(), ["run", ...flags, program, `${root}/whisper/whisper-base`, ...files]);
    assert.deepEqual(texts, JSON.parse(plain!).map((text: string) => text.trim()));
  });
});

whisperTest("openWhisper() hears a recording of over 30 s in windows, with times that fit it", async () => {
  const spoken = (await readLibriSpeech(root!)).filter(({ id }) => id.startsWith("1688-")).slice(0, 4);
  const parts = await Promise.all(spoken.map(({ path }) => readAudio(path)));
  const audio = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (audio.set(part, at), at + part.length), 0);
  const seconds = audio.length / 16000;
  assert.ok(seconds > 30, `${seconds} s`);
  await using engine = await open({ times: true });
  const [{ text, segments }] = (await engine.transcribe([audio])).transcripts;
  assert.ok(segments!.length >= 2);
  segments!.forEach(({ start, end }, i) => {
    assert.ok(start >= (segments![i - 1]?.end ?? 0) && end >= start && end <= seconds + 1e-9, `${start} to ${end}`);
  });
  assert.ok(segments!.at(-1)!.end > 30, "the second window is heard");
  const words = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? [];
  assert.deepEqual(words(segments!.map(({ text }) => text).join(" ")), words(text), "segments hold the text");
  const heard = new Set(words(text));
  const said = words(spoken.map(({ text }) => text).join(" "));
  assert.ok(said.filter((word) => heard.has(word)).length > 0.8 * said.length, text);
});

whisperTest("openWhisper() hears nothing in a recording of no samples", async () => {
  await using engine = await open({ times: true });
  assert.deepEqual((await engine.transcribe([new Float32Array(0)])).transcripts, [{ text: "", segments: [] }]);
});

whisperTest("openWhisper() leaves no process at work when it is disposed of", async () => {
  const engine = await open();
  const long = new Float32Array(16000 * 600).map((_, i) => Math.sin(i / 20) * Math.sin(i / 7000));
  const busy = assert.rejects(engine.transcribe([long]), { name: "EngineError", message: "whisper was stopped" });
  const started = performance.now();
  await engine[Symbol.asyncDispose]();
  await busy;
  assert.ok(performance.now() - started < 10_000, "ten minutes of audio take longer");
});

whisperTest("openWhisper() refuses a language that the weights do not know, and weights that do not load", async () => {
  await assert.rejects(open({ language: "tlh" }), {
    name: "UsageError",
    message: /^--language tlh: .* a code such as /,
  });
  await inFolder(async (folder) => {
    const broken = join(await Deno.realPath(folder), "broken");
    await Deno.mkdir(join(broken, "onnx"), { recursive: true });
    for (const { name, isFile } of Deno.readDirSync(`${root}/whisper/whisper-base`)) {
      if (isFile) await Deno.writeFile(join(broken, name), await Deno.readFile(`${root}/whisper/whisper-base/${name}`));
    }
    for (const name of ["encoder_model", "decoder_model_merged"]) {
      await Deno.writeTextFile(join(broken, `onnx/${name}_quantized.onnx`), "half a network");
    }
    await assert.rejects(
      open({ weights: broken }),
      inputError(broken, /the q8 weights do not load \(.*; get them again/),
    );
  });
});
