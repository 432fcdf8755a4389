/**
 * Sentences of one grammar, equally long by pairs: some that the preset an4-synthetic trains on, and some that it does not.
 *
 *     deno run --allow-read --allow-write tools/experiments/seen_texts.ts DATA_ROOT FOLDER [COUNT]
 *
 * writes FOLDER/seen.txt and FOLDER/unseen.txt. Spoken in voices that neither training had (`datasets get synthetic-speech
 * --text FILE --seed 5`), they tell what a decoder owes to having read a text from what the text is like: dev sentences that
 * AN4's training set has are one-word commands for the most part, and easier than others for any recogniser.
 */
import { openSpeech } from "../../benchmarks/train/speech_sets.ts";
import { randomFor } from "../../datasets/synthetic_speech/speaker.ts";
import { grammarSource } from "../../datasets/synthetic_speech/source.ts";
import { permutation } from "../../datasets/random.ts";

/** Utterances of the five hours that were trained on. */
const TRAINED = 6363;
const [dataRoot, folder, count = "200"] = Deno.args;

const trained = grammarSource("an4", 1);
const spoken = Array.from({ length: TRAINED }, (_, i) => trained.sentence(i).join(" "));
const transcripts = (await openSpeech("an4", dataRoot)).utterances.map(({ text }) => text);
const known = new Set([...spoken, ...transcripts]);

const order = permutation(randomFor(2, "order"), TRAINED);
const left = [...new Set(Array.from(order, (i) => spoken[i]))];
const other = grammarSource("an4", 2);
const [seen, unseen]: [string[], string[]] = [[], []];
for (let i = 0; unseen.length < Number(count); i++) {
  const text = other.sentence(i).join(" ");
  if (known.has(text)) continue;
  const like = left.findIndex((one) => one.split(" ").length === text.split(" ").length);
  if (like < 0) continue;
  known.add(text);
  unseen.push(text);
  seen.push(...left.splice(like, 1));
}
await Deno.mkdir(folder, { recursive: true });
await Deno.writeTextFile(`${folder}/seen.txt`, seen.join("\n") + "\n");
await Deno.writeTextFile(`${folder}/unseen.txt`, unseen.join("\n") + "\n");
