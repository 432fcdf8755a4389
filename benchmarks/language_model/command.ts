import { saveArpa } from "../../model/language_model/arpa_text.ts";
import { estimateNgrams } from "../../model/language_model/estimate.ts";
import { byteLines } from "../../model/language_model/lines.ts";
import { FLAG, HELP_FLAG, parsedArguments, pathOf, TEXT, whole } from "../harness/arguments.ts";
import { EXIT, UsageError } from "../harness/errors.ts";

const HELP = `Usage: deno task lm TEXT... --out FILE [options]

Estimates a word n-gram model with interpolated modified Kneser-Ney smoothing, as KenLM's lmplz does, and writes it in ARPA
format, for --lm of eval and transcribe. Each line of TEXT (plain or gzip) is a sentence.

  --out FILE    where the model goes
  --order N     words of an n-gram (default: 3)
  --ids         the first word of each line is an utterance's id, as in LibriSpeech's transcripts, and is left out
  --lower       words in lower case (this suite's tokenizers write lower case; an upper-case model is found too)
  --help

Exit codes: 0 done, 3 wrong usage or text.`;

/** `deno task lm`: returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const options = { out: TEXT, order: TEXT, ids: FLAG, lower: FLAG, help: HELP_FLAG };
  const { values, positionals } = parsedArguments(args, options, true);
  if (values.help) {
    console.log(HELP);
    return EXIT.done;
  }
  if (positionals.length === 0) throw new UsageError("no text given; name a file with a sentence on each line");
  const out = pathOf("out", values.out, "file");
  if (out === undefined) throw new UsageError("--out: not given; name the file that the model is to go to");
  const order = whole("order", values.order ?? "3", 1, 20);
  const sentences: string[] = [];
  for (const path of positionals) {
    sentences.push(...await readSentences(path, values.ids ?? false, values.lower ?? false));
  }
  const model = estimateNgrams(sentences, order, positionals.join(", "));
  await saveArpa(out, model).catch((error: Error) => {
    throw new UsageError(`--out ${out}: cannot be written (${error.message.split("\n")[0]}); give another path`);
  });
  console.log(
    `${out}: ${order}-gram model of ${sentences.length.toLocaleString("en-US")} sentences, ${
      model.words.count.toLocaleString("en-US")
    } words in its vocabulary`,
  );
  return EXIT.done;
}

/** The sentences of a text file, plain or gzip. Throws UsageError where it cannot be read or is no UTF-8. */
async function readSentences(path: string, ids: boolean, lower: boolean): Promise<string[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const sentences: string[] = [];
  try {
    const file = await Deno.open(path);
    for await (const { bytes, ends } of byteLines(file.readable)) {
      let from = 0;
      for (const end of ends) {
        const line = decoder.decode(bytes.subarray(from, end)).trim();
        from = end + 1;
        const sentence = ids ? line.replace(/^\S+\s*/, "") : line;
        sentences.push(lower ? sentence.toLowerCase() : sentence);
      }
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new UsageError(`${path}: no such file; check the path`);
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`${path}:${sentences.length + 1}: is not UTF-8 text, or damaged gzip (${error.message})`);
  }
  return sentences;
}
