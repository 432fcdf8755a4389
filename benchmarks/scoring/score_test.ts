import assert from "node:assert/strict";
import { dataTest } from "../../datasets/testing.ts";
import { SCLITE_COSTS, UNIT_COSTS } from "./alignment.ts";
import { compare } from "./compare.ts";
import { type Counts, countsOf, errorsIn } from "./counts.ts";
import { matchedPairs } from "./mapsswe.ts";
import { GIGASPEECH, RAW, WHISPER_ENGLISH } from "./protocols/mod.ts";
import { alignUtterances, type Score, score, type Utterance } from "./score.ts";
import { speakersFromIds } from "./speakers.ts";
import { pairTranscripts, parseTranscripts } from "./transcripts.ts";

Deno.test("score() has the keys of the record, with rates as fractions", () => {
  const found = score(
    [{ id: "a", reference: "Mr. Smith's 2 cats", hypothesis: "mister smith is two cat" }],
    WHISPER_ENGLISH,
  );
  assert.deepEqual(found, {
    protocol: "whisper-en-v1",
    utterances: 1,
    excluded: 0,
    words: 5,
    correct: 4,
    substitutions: 1,
    deletions: 0,
    insertions: 0,
    wer: 0.2,
    interval: null,
    interval_from: null,
    interval_blocks: 1,
    characters: 22,
    character_errors: 1,
    cer: 1 / 22,
  });
});

Deno.test("score() counts characters as jiwer does: code points, with the spaces between words", () => {
  const found = score([{ id: "a", reference: " ab  c𝄞 ", hypothesis: "abc" }], RAW);
  assert.deepEqual([found.characters, found.character_errors], [5, 2]);
});

Deno.test("score() takes empty references and hypotheses as they come", () => {
  const some = [
    { id: "a", reference: "", hypothesis: "well then" },
    { id: "b", reference: "three little words", hypothesis: "" },
    { id: "c", reference: "", hypothesis: "" },
  ];
  const { utterances, words, deletions, insertions, wer } = score(some, RAW);
  assert.deepEqual([utterances, words, deletions, insertions, wer], [3, 3, 3, 2, 5 / 3]);
  const { wer: rate, cer, interval } = score([some[0], some[2]], RAW);
  assert.deepEqual([rate, cer, interval], [null, null, null]);
  assert.equal(score([], RAW).wer, null);
});

Deno.test("score() leaves out what the protocol excludes, and says how many", () => {
  const utterances = [
    { id: "a", reference: "<NOISE>", hypothesis: "uh what" },
    { id: "b", reference: "STATE-OF-THE-ART <COMMA> UH YES", hypothesis: "state of the art yes" },
  ];
  const { utterances: scored, excluded, words, wer } = score(utterances, GIGASPEECH);
  assert.deepEqual([scored, excluded, words, wer], [1, 1, 5, 0]);
});

/** So many speakers, of whom each third is misheard more often. */
function spoken(speakers: number | null, count: number): Utterance[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `u${i}`,
    speaker: speakers === null ? null : `s${i % speakers}`,
    reference: "one of many words",
    hypothesis: i % 3 === 0 ? "one of any word" : "one of many words",
  }));
}

Deno.test("score() takes speakers as blocks where they are known and five or more, else utterances", () => {
  const sources = [8, 5, 4, null].map((speakers) => {
    const { interval_from: source, interval_blocks: blocks } = score(spoken(speakers, 40), RAW);
    return [source, blocks];
  });
  assert.deepEqual(sources, [["speakers", 8], ["speakers", 5], ["utterances", 40], ["utterances", 40]]);
  const [one, ...rest] = spoken(8, 40);
  assert.equal(score([{ ...one, speaker: null }, ...rest], RAW).interval_from, "utterances");
});

Deno.test("score() does not depend on the order of the utterances", () => {
  const utterances = spoken(7, 50);
  assert.deepEqual(score(utterances.toReversed(), RAW), score(utterances, RAW));
  const unknown = spoken(null, 50);
  assert.deepEqual(score(unknown.toReversed(), RAW), score(unknown, RAW));
});

Deno.test("compare() gives the difference of both rates with its sign", () => {
  const a = spoken(8, 40);
  const b = a.map((one) => ({ ...one, hypothesis: one.reference }));
  const { difference, mapsswe } = compare(a, b, RAW);
  assert.ok(Math.abs(difference.wer! - 28 / 160) < 1e-12);
  assert.ok(difference.interval!.lower > 0 && difference.interval!.upper > difference.wer!);
  assert.equal(difference.interval_from, "speakers");
  assert.deepEqual([mapsswe.segments, mapsswe.mean], [14, 2]);
  assert.equal(compare(b, a, RAW).difference.wer, -difference.wer!);
  assert.equal(compare([], [], RAW).difference.wer, null);
  assert.throws(() => compare(a, b.toReversed(), RAW), /same utterances/);
});

/** All utterances of a hypothesis file in ../shared/data, and what was published of it. */
function published(root: string, set: string, system: string): { utterances: Utterance[]; counts: string } {
  const folder = `${root}/scoring/librispeech`;
  const read = (name: string) => parseTranscripts(Deno.readFileSync(`${folder}/${name}`), name);
  const references = read(`${set}.ref.tsv`);
  const utterances = pairTranscripts(
    references,
    read(`${set}.${system}.hyp.tsv`),
    speakersFromIds(references.texts.keys()),
  );
  const result = Deno.readTextFileSync(`${folder}/${set}.${system}.result.txt`);
  return { utterances, counts: /^WER: .*(ref_words=\d+, subs=\d+, ins=\d+, dels=\d+)$/m.exec(result)![1] };
}

const stated = ({ words, substitutions, insertions, deletions }: Score): string =>
  `ref_words=${words}, subs=${substitutions}, ins=${insertions}, dels=${deletions}`;

// The published counts are sclite's as well (SCTK 2.4.10, `sclite -r R trn -h H trn -i rm -o rsum` on the same files).
for (
  const [set, system, fewest] of [
    ["test-clean", "b1.rnnt_baseline", "ref_words=52576, subs=1501, ins=195, dels=225"],
    ["test-clean", "s5.s3+db-nnlm.biasing_100", "ref_words=52576, subs=751, ins=131, dels=160"],
    ["test-other", "b1.rnnt_baseline", "ref_words=52343, subs=3903, ins=563, dels=563"],
    // 3,846 errors, where 3,847 were published: to sclite, two deletions and two insertions cost as much as three
    // substitutions, and it took the four.
    ["test-other", "b2.b1+nnlm", "ref_words=52343, subs=2823, ins=457, dels=566"],
  ]
) {
  dataTest(`score() of ${set}.${system} at sclite's costs is what sclite counts and was published`, (root) => {
    const { utterances, counts } = published(root, set, system);
    assert.equal(stated(score(utterances, RAW, SCLITE_COSTS)), counts);
    const { interval_from: source, ...fewestErrors } = score(utterances, RAW, UNIT_COSTS);
    assert.equal(stated(fewestErrors as Score), fewest);
    assert.equal(source, "speakers");
    return Promise.resolve();
  });
}

dataTest("score() differs from sclite in one utterance of all, which costs sclite the same either way", (root) => {
  const { utterances } = published(root, "test-other", "b2.b1+nnlm");
  const [unit, sclite] = [UNIT_COSTS, SCLITE_COSTS].map((costs) => alignUtterances(utterances, RAW, costs));
  const differing = unit.flatMap((one, i) => {
    const [own, other] = [one, sclite[i]].map(({ operations }) => countsOf(operations));
    return errorsIn(own) === errorsIn(other) ? [] : [{ id: one.id, own, other }];
  });
  assert.deepEqual(differing, [{
    id: "2609-156975-0032",
    own: { correct: 4, substitutions: 8, deletions: 4, insertions: 0 },
    other: { correct: 5, substitutions: 5, deletions: 6, insertions: 2 },
  }]);
  const [{ own, other }] = differing;
  const price = ({ substitutions, deletions, insertions }: Counts) => 4 * substitutions + 3 * (deletions + insertions);
  assert.equal(price(own), price(other));
  return Promise.resolve();
});

// sc_stats -p -t mapsswe -v of the same alignments, as in testdata/sctk_golden.py.
for (
  const [set, a, b, ...nist] of [
    ["test-clean", "b1.rnnt_baseline", "s5.s3+db-nnlm.biasing_100", 1495, "0.588", "0.859", "26.468"],
    ["test-other", "b1.rnnt_baseline", "b2.b1+nnlm", 3208, "0.368", "0.926", "22.543"],
  ] as const
) {
  dataTest(`matchedPairs() of two systems on ${set} is what NIST's sc_stats gives`, (root) => {
    const [first, second] = [a, b].map((system) =>
      alignUtterances(published(root, set, system).utterances, RAW, SCLITE_COSTS)
    );
    const pairs = first.map(({ operations }, i) => ({ a: operations, b: second[i].operations }));
    const { segments, mean, deviation, z } = matchedPairs(pairs);
    assert.deepEqual([segments, mean.toFixed(3), deviation.toFixed(3), z.toFixed(3)], nist);
    return Promise.resolve();
  });
}
