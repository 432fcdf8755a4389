/**
 * A plain loop over transformers.js, which whisper_test.ts compares the engine with: `plain_loop.ts FOLDER PCM...` prints a
 * JSON array of texts, one for each file of raw float32 samples. Runs with the configuration of the Whisper process.
 */
import { basename, dirname } from "node:path";

type Recogniser = (audio: Float32Array, options: Readonly<Record<string, unknown>>) => Promise<{ text: string }>;
interface Package {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  pipeline(task: string, model: string, options: Readonly<Record<string, unknown>>): Promise<Recogniser>;
}

const name = "@huggingface/transformers";
const { env, pipeline }: Package = await import(name);
const [folder, ...files] = Deno.args;
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const recognise = await pipeline("automatic-speech-recognition", basename(folder), { dtype: "q8", device: "cpu" });
const texts: string[] = [];
for (const file of files) {
  const audio = new Float32Array((await Deno.readFile(file)).buffer);
  texts.push((await recognise(audio, { language: "en", task: "transcribe" })).text);
}
console.log(JSON.stringify(texts));
