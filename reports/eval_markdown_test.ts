import assert from "node:assert/strict";
import { evalMarkdown } from "./eval_markdown.ts";
import type { EvalFacts } from "./eval_derive.ts";
import type { EvalJournalHeader, EvalUtterance } from "./eval_schema.ts";
import { exampleMachine } from "./example_report.ts";
import { exampleEval, exampleUtterances } from "./example_eval.ts";

/** The Markdown of the example report after `change`. */
function markdownOf(
  change: (header: EvalJournalHeader, facts: EvalFacts) => void,
  utterances: readonly EvalUtterance[] = exampleUtterances(),
): string {
  return evalMarkdown(exampleEval(change, utterances).report);
}

const whole = ({ dataset }: EvalJournalHeader) => dataset.expected = { utterances: 12, words: 29, hours: null };

/** The quoted lines before the first figure. */
const notices = (markdown: string): string => markdown.split("\n").filter((line) => line.startsWith(">")).join("\n");

Deno.test("evalMarkdown() goes from data set, engine and command to both protocols' rates", () => {
  const markdown = markdownOf(() => {});
  const [opening, rest] = markdown.split(/^## Word error rate, .*\n\n/m);
  assert.match(opening, /^# Word error rate: librispeech-other \(test-other\) by whisper \(whisper-base\)\n/);
  assert.match(opening, /\*\*AMD EPYC 9654, 16 cores\*\*; .*; up to 4 recordings a call\./);
  assert.match(opening, /```sh\ndeno task eval librispeech-other --engine whisper --weights whisper-base\n```/);
  const [header, , raw, whisper] = rest.split("\n");
  assert.match(header, /^\| Protocol \| WER \[95 %\] \| Interval from \| Substituted \| Deleted \| Inserted \|/);
  assert.match(raw, /^\| raw-v1 \| 48\.28 % \[.*\] \| 6 speakers \| 5 \| 7 \| 2 \| 17 \| 29 \| 12 \| 33\.33 % \|$/);
  assert.match(
    whisper,
    /^\| whisper-en-v1 \| 34\.48 % \[\d+\.\d\d, \d+\.\d\d\] \| 6 speakers \| 2 \| 6 \| 2 \| 21 \| 29 \|/,
  );
});

Deno.test("evalMarkdown() says before any figure that a part is not the test set, and why it is one", () => {
  const found = ({ dataset }: EvalJournalHeader) => dataset.found = 2939;
  const reasons: [RegExp, (header: EvalJournalHeader, facts: EvalFacts) => void][] = [
    [/the copy of the set that was found has 12 utterances\.$/, () => {}],
    [/published ones: `--limit 12` was given\.$/, (header) => Object.assign(header, { limit: 12 }, found(header))],
    [/it is shard 2 of 245\.$/, (header) => Object.assign(header, { shard: { index: 2, of: 245 } }, found(header))],
    [/the run was interrupted\.$/, (header, facts) => Object.assign(facts, { interrupted: true }, found(header))],
  ];
  for (const [reason, change] of reasons) {
    const markdown = markdownOf(change);
    const [first] = notices(markdown).split("\n");
    assert.match(
      first,
      /^> \*\*12 of 2,939 utterances: a part, not the test set\.\*\* No rate here is one of librispeech/,
    );
    assert.match(first, reason);
    assert.match(markdown, /^## Word error rate, 12 of 2,939 utterances: a part, not the test set$/m);
  }
  const complete = markdownOf(whole);
  assert.doesNotMatch(complete, /a part|published ones/);
  assert.match(complete, /^## Word error rate, all 12 utterances$/m);
  const more = markdownOf(({ dataset }) => dataset.expected.utterances = 10);
  assert.match(notices(more), /12 of 10 utterances: more than the test set has.*found has 12 utterances/);
});

Deno.test("evalMarkdown() counts what the set's own rules drop as part of it", () => {
  const markdown = markdownOf(({ dataset }) => {
    dataset.expected = { utterances: 15, words: null, hours: null };
    dataset.dropped = 3;
  });
  assert.match(markdown, /rate, all 15 utterances, 3 of them never scored by the set's own rules$/m);
  assert.match(markdown, /\| Found \| 12 utterances, and 3 that the set's own rules never score \|/);
});

Deno.test("evalMarkdown() warns of bad utterances, other references, made audio, shards and a changed tree", () => {
  assert.match(notices(markdownOf(whole)), /\*\*2 of 12 utterances could not be transcribed; .* as deletions\.\*\*/);
  const skipped = notices(markdownOf((header) => Object.assign(header, { skip_bad: true }, whole(header))));
  assert.match(skipped, /could not be transcribed; they are left out of the scores \(--skip-bad\)/);
  assert.doesNotMatch(
    notices(markdownOf(whole)),
    /prepared otherwise|stitched|Synthesised|Merged|uncommitted|software/,
  );
  const other = notices(markdownOf((header) => {
    whole(header);
    header.dataset.expected.words = 31;
  }));
  assert.match(other, /\*\*29 words, those of the published set 31\*\*: they were prepared otherwise/);
  assert.match(notices(markdownOf(({ dataset }) => dataset.id = "synthetic")), /\*\*stitched\*\*/);
  assert.match(notices(markdownOf(({ dataset }) => dataset.id = "synthetic-speech")), /^> \*\*Synthesised\*\*/m);
  assert.match(notices(markdownOf((_, facts) => Object.assign(facts, { merged_from: 3 }))), /Merged from 3 shards/);
  const machine = { ...exampleMachine(), wgsl_hashes: {}, git_dirty: true };
  machine.adapter.is_software = true;
  const changed = notices(markdownOf((_, facts) => Object.assign(facts, { environment: machine })));
  assert.match(changed, /\*\*software adapter\*\*[^]*\*\*uncommitted changes\*\*/);
});

Deno.test("evalMarkdown() gives speed, loading apart, and memory by who saw it", () => {
  const markdown = markdownOf(() => {});
  assert.match(markdown, /\| RTFx \(audio over processing\) \| 4\.00: 20\.0 s of audio in 5\.00 s \|/);
  assert.match(markdown, /\| Loading, not in RTFx \| 1\.25 s \|/);
  assert.match(markdown, /\| Peak memory \| 640 MiB \(maxRSS\); the engine's own buffers are not counted \|/);
  const memory = { ledger_peak_bytes: 2 ** 29, outside_peak_bytes: null, outside_source: null };
  const ledger = markdownOf((_, facts) => Object.assign(facts, { memory }));
  assert.match(ledger, /\| Peak memory \| 512 MiB \(ledger\); nothing saw it from outside \|/);
  const bad = exampleUtterances().filter(({ status }) => status !== "ok");
  assert.match(
    markdownOf(() => {}, bad),
    /\| 100\.00 % \(no interval\) \| – \|[^]*\| none: nothing was transcribed \|/,
  );
});

Deno.test("evalMarkdown() names engine, weights, settings, corpus, errors, bad utterances and machine", () => {
  const markdown = markdownOf(() => {});
  for (
    const row of [
      "| SHA-256 of the references found | " + exampleEval().report.dataset.sha256 + " |",
      "| The published set | 2,939 utterances, 52,343 words, 5.1 h |",
      "| SHA-256 of the weights | " + "e".repeat(64) + " |",
      "| Settings | dtype q8, language en, beams 1, timestamps false |",
      "| apple → apples | 2 | go | 1 | more | 1 |",
      "| 1002-4 | bad-audio | 1002-4.flac: not FLAC \\| cut short |",
      "| Adapter | none of WebGPU's was used by this program |",
      "| Deno | 2.9.6 (V8 15.0.245.2-rusty) |",
    ]
  ) assert.ok(markdown.includes(`\n${row}\n`), row);
  const good = exampleUtterances().slice(0, 1);
  const clean = markdownOf((header, facts) => {
    header.engine.weights = null;
    Object.assign(facts.environment, exampleMachine(), { wgsl_hashes: { matmul: "a".repeat(64) } });
  }, good);
  assert.doesNotMatch(clean, /most frequent errors|could not be transcribed|SHA-256 of the weights/);
  assert.match(clean, /\*\*NVIDIA H200, driver 580\.95\.05\*\*, WebGPU by Deno; whisper on/);
  assert.match(clean, /\| kernel matmul \| a{64} \|/);
  assert.match(clean, /\| Limits \| maxBufferSize 4294967292, /);
});

Deno.test("evalMarkdown() takes texts from outside for text", () => {
  const [first] = exampleUtterances();
  const markdown = markdownOf(({ engine }) => engine.weights!.name = "a_b*c", [
    { ...first, hypothesis: "", status: "failed", reason: "<b>`x`\n[y](z)", segments: null },
  ]);
  assert.ok(markdown.includes("\\<b\\>\\`x\\` \\[y\\](z) |"), markdown);
  assert.ok(markdown.includes("# Word error rate: librispeech-other (test-other) by whisper (a\\_b\\*c)\n"));
});
