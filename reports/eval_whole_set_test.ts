import assert from "node:assert/strict";
import { deriveEval } from "./eval_derive.ts";
import { evalMarkdown } from "./eval_markdown.ts";
import type { EvalUtterance } from "./eval_schema.ts";
import { verifyEval } from "./eval_verify.ts";
import { exampleFacts, exampleHeader, exampleJournal } from "./example_eval.ts";

const FOLDER = new URL("../../shared/data/scoring/librispeech/", import.meta.url).pathname;
const HEARD = `${FOLDER}test-other.b1.rnnt_baseline`;
const present = await Deno.stat(`${HEARD}.hyp.tsv`).then(() => true, () => false);
if (!present) console.log("skipped: the report of all of test-other: there is no ../shared/data/scoring");

/** Texts of a TSV file by id. */
async function texts(path: string): Promise<Map<string, string>> {
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
  return new Map(lines.map((line) => line.split("\t") as [string, string]));
}

/** A published system's hypotheses as a journal would have them. */
async function wholeSet(): Promise<EvalUtterance[]> {
  const [references, hypotheses] = [await texts(`${FOLDER}test-other.ref.tsv`), await texts(`${HEARD}.hyp.tsv`)];
  return [...references.keys()].sort().map((id, index) => ({
    index,
    id,
    speaker: id.split("-")[0],
    reference: references.get(id)!,
    hypothesis: hypotheses.get(id)!,
    audio_seconds: 6.5,
    processing_seconds: 0.1 + index % 7 / 10,
    status: "ok",
    reason: null,
    segments: null,
  }));
}

Deno.test({
  name: "deriveEval() gives what was published of a whole set, and shards merged give the same report",
  ignore: !present,
  async fn() {
    const utterances = await wholeSet();
    const header = exampleHeader(utterances);
    const journal = exampleJournal(header, utterances);
    const facts = exampleFacts(journal);
    const report = deriveEval(header, utterances, facts);
    const [{ words, substitutions, deletions, insertions, wer }] = report.scores;
    const [published] = (await Deno.readTextFile(`${HEARD}.result.txt`)).split("\n");
    const figure = (name: string): number => Number(new RegExp(`${name}=([\\d.]+)`).exec(published)![1]);
    assert.deepEqual([words, substitutions + deletions + insertions], [
      figure("ref_words"),
      figure("subs") + figure("dels") + figure("ins"),
    ]);
    assert.ok(Math.abs(100 * wer! - figure("error_rate")) < 1e-9);
    const shards = [0, 1, 2].flatMap((shard) => utterances.filter(({ index }) => index % 3 === shard));
    assert.deepEqual(deriveEval(header, shards, facts), report);

    const markdown = evalMarkdown(report);
    assert.match(markdown, /^## Word error rate, all 2,939 utterances$/m);
    assert.doesNotMatch(markdown, /^>/m);
    assert.deepEqual(verifyEval(report, new TextEncoder().encode(journal), "a", markdown).differences, []);
  },
});
