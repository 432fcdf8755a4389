import assert from "node:assert/strict";
import { join } from "node:path";
import { openGpu } from "../../kernels/gpu/mod.ts";
import { transcribe } from "../../model/recognizer.ts";
import { loadModel } from "../../model/weights.ts";
import { trainingPreset } from "../../training/presets.ts";
import { trainAsAsked } from "./command.ts";
import { loadSpeech } from "./data.ts";
import { readLog } from "./log.ts";
import { inFolder, keptProgress, smallOptions } from "./testing.ts";

const MOST_SECONDS = 90;

Deno.test("the tiny preset over-fits eight generated utterances to 0 % WER, by both heads, within 90 s", () =>
  inFolder(async (folder) => {
    const started = performance.now();
    const config = trainingPreset("tiny");
    const options = { ...smallOptions(folder), config };
    assert.equal(await trainAsAsked(options, "test", keptProgress(), new AbortController().signal), 0);
    const seconds = (performance.now() - started) / 1000;
    assert.ok(seconds < MOST_SECONDS, `${seconds} s`);
    const last = (await readLog(folder))!.lines.findLast((line) => line.kind === "dev")!;
    assert.deepEqual([last.wer_ctc, last.wer_greedy, last.wer_greedy_seen], [0, 0, 0]);
    assert.deepEqual([last.wer_greedy_unseen, last.greedy_recited], [null, null], "all are known, and none is wrong");

    // What it leaves behind is a recogniser of those eight.
    using gpu = await openGpu();
    const model = await loadModel(gpu, join(folder, "model.safetensors"));
    const { train } = await loadSpeech(config.data, "", model.config.vocabulary);
    const recordings = train.map(({ samples }) => Float32Array.from(samples, (x) => x / 32768));
    for (const kind of ["ctc", "greedy"] as const) {
      assert.deepEqual(await transcribe(gpu, model, recordings, { kind }), train.map(({ text }) => text));
    }
  }));
