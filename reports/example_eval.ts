import { createHash } from "node:crypto";
import { deriveEval, type EvalFacts } from "./eval_derive.ts";
import { EVAL_SCHEMA_VERSION } from "./eval_schema.ts";
import type { EvalJournalHeader, EvalReport, EvalUtterance } from "./eval_schema.ts";
import { exampleMachine } from "./example_report.ts";

/** Reference, and what was heard: null where the audio did not decode, undefined where the engine failed. */
const HEARD: readonly (readonly [string, string | null | undefined])[] = [
  ["THE CAT SAT", " the cat sat"],
  ["A GREY DAY", " A gray day."],
  ["HELLO WORLD AGAIN", "hello again"],
  ["ONE MORE TIME", "one more more time"],
  ["GO ON", null],
  ["STAY HERE NOW", undefined],
  ["IT IS FINE", "it's fine"],
  ["RED APPLE", "red apples"],
  ["BLUE SKY", "blue sky"],
  ["RED APPLE", "red apples"],
  ["NO", "no"],
  ["YES PLEASE", "yes please sir"],
];

/** Twelve made-up utterances of six speakers, two of which could not be transcribed. */
export function exampleUtterances(): EvalUtterance[] {
  return HEARD.map(([reference, heard], index): EvalUtterance => {
    const told = { index, id: `${1000 + (index >> 1)}-${index}`, speaker: String(1000 + (index >> 1)), reference };
    if (heard === null) {
      const reason = `${told.id}.flac: not FLAC | cut short`;
      return {
        ...told,
        hypothesis: "",
        audio_seconds: 0,
        processing_seconds: 0,
        status: "bad-audio",
        reason,
        segments: null,
      };
    }
    if (heard === undefined) {
      const reason = "the program ended with code 1";
      return {
        ...told,
        hypothesis: "",
        audio_seconds: 3,
        processing_seconds: 1,
        status: "failed",
        reason,
        segments: null,
      };
    }
    const times = { audio_seconds: 2, processing_seconds: 0.5 };
    const segments = index === 0 ? [{ start: 0, end: 1.5, text: heard }] : null;
    return { ...told, hypothesis: heard, ...times, status: "ok", reason: null, segments };
  });
}

/** The header of a journal of all of `utterances`, a part of test-other. */
export function exampleHeader(utterances: readonly EvalUtterance[] = exampleUtterances()): EvalJournalHeader {
  const content = utterances.map(({ id, reference }) => `${id}\t${reference}\n`).join("");
  return {
    kind: "eval-journal",
    schema_version: EVAL_SCHEMA_VERSION,
    engine: {
      engine: "whisper",
      weights: { name: "whisper-base", sha256: "e".repeat(64) },
      settings: { dtype: "q8", language: "en", beams: 1, timestamps: false },
    },
    dataset: {
      id: "librispeech-other",
      version: "1",
      split: "test-other",
      form: "LibriSpeech folder",
      sha256: sha256(content),
      expected: { utterances: 2939, words: 52343, hours: 5.1 },
      found: utterances.length,
      dropped: 0,
    },
    limit: null,
    shard: null,
    skip_bad: false,
  };
}

/** The text of a journal. */
export function exampleJournal(header: EvalJournalHeader, utterances: readonly EvalUtterance[]): string {
  return [header, ...utterances].map((line) => JSON.stringify(line) + "\n").join("");
}

/** What was measured beside that journal, on a processor. */
export function exampleFacts(journal: string): EvalFacts {
  return {
    environment: {
      ...exampleMachine(),
      command: "deno task eval librispeech-other --engine whisper --weights whisper-base",
      adapter: null,
      driver: null,
      limits: {},
      features: [],
      wgsl_hashes: {},
    },
    merged_from: null,
    batch: 4,
    interrupted: false,
    load_seconds: 1.25,
    memory: { ledger_peak_bytes: null, outside_peak_bytes: 640 * 2 ** 20, outside_source: "maxRSS" },
    journal_sha256: sha256(journal),
  };
}

/** A made-up report with the text of its journal, whose header and facts are as `change` makes them. */
export function exampleEval(
  change: (header: EvalJournalHeader, facts: EvalFacts) => void = () => {},
  utterances: readonly EvalUtterance[] = exampleUtterances(),
): { report: EvalReport; journal: string } {
  const header = exampleHeader(utterances);
  const facts = exampleFacts("");
  change(header, facts);
  const journal = exampleJournal(header, utterances);
  return { report: deriveEval(header, utterances, { ...facts, journal_sha256: sha256(journal) }), journal };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
