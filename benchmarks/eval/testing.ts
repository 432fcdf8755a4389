/** An engine and a corpus that need no device and no data, for the tests of this folder. */
import type { Corpus, CorpusUtterance } from "../../datasets/corpus.ts";
import { contentSha256 } from "../../datasets/corpus.ts";
import { InputError } from "../../datasets/errors.ts";
import { type Engine, EngineError } from "../engines/engine.ts";
import { parseEvalOptions } from "./options.ts";
import type { EvalOptions } from "./options.ts";
import type { Surroundings } from "./run.ts";

const WORDS = ["river", "stone", "cloud", "paper", "green", "light", "house", "winter", "bread", "garden"];

/** Utterance i of speaker i mod 7 says some words; its samples hold i, so that the engine knows which it hears. */
export function testCorpus(count: number, broken: readonly number[] = []): Corpus {
  const utterances: CorpusUtterance[] = Array.from({ length: count }, (_, i) => ({
    id: `${i % 7}-${String(i).padStart(4, "0")}`,
    speaker: String(i % 7),
    text: textOf(i),
    seconds: null,
    audio: () =>
      broken.includes(i)
        ? Promise.reject(new InputError(`audio ${i}: is damaged; fetch it again`))
        : Promise.resolve(new Float32Array(1600 + 160 * (i * 37 % 11)).fill(i)),
  }));
  return {
    id: "librispeech-other",
    version: "1",
    split: "test-other",
    source: { path: "/nowhere", form: "made up" },
    utterances,
    expected: { utterances: 100, words: null, hours: null },
    dropped: 0,
    sha256: contentSha256(utterances),
  };
}

function textOf(i: number): string {
  return Array.from({ length: 3 + i % 5 }, (_, k) => WORDS[(i * (k + 3) + k) % 10]).join(" ").toUpperCase();
}

/** What the engine below hears in utterance i: each third one lacks a word. */
export function heardIn(i: number): string {
  const words = textOf(i).toLowerCase().split(" ");
  return (i % 3 === 0 ? words.slice(1) : words).join(" ");
}

/** An engine that answers after `milliseconds`; it gives up utterances of `failing`, and for good at `hopeless`. */
export function testEngine(
  { maxBatch = 1, milliseconds = 0, failing = [] as readonly number[], hopeless = -1, settings = {} } = {},
): Engine & { readonly calls: number[][] } {
  const calls: number[][] = [];
  return {
    calls,
    identity: { engine: "command", weights: null, settings },
    loadSeconds: 0.5,
    maxBatch,
    givesTimes: false,
    async transcribe(recordings) {
      const indexes = recordings.map((samples) => samples[0]);
      calls.push(indexes);
      if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
      if (indexes.includes(hopeless)) throw new EngineError("the engine is gone", true);
      const bad = indexes.find((i) => failing.includes(i));
      if (bad !== undefined) throw new EngineError(`the engine does not take ${bad}`);
      return {
        transcripts: indexes.map((i) => ({ text: heardIn(i), segments: null })),
        seconds: 0.01 * recordings.length,
      };
    },
    memory: () => ({ ledgerPeakBytes: null, outsidePeakBytes: 1000 }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Options of an evaluation into `out`. */
export function testOptions(out: string, ...more: string[]): EvalOptions {
  const engine = ["--engine", "command", "--command", "true {wav}"];
  return parseEvalOptions(["librispeech-other", ...engine, "--out", out, ...more], undefined)!;
}

/** Surroundings of a machine that nothing is known of. */
export function testSurroundings(interrupt: AbortSignal = new AbortController().signal): Surroundings {
  return {
    environment: () =>
      Promise.resolve({
        command: "deno task eval",
        started_at: "2026-01-01T00:00:00.000Z",
        git_commit: null,
        git_dirty: null,
        driver: null,
        os: "any",
        cpu: "any",
        cpu_cores: 1,
        memory_bytes: 1,
        deno: "2",
        v8: "1",
        packages: {},
        adapter: null,
        limits: {},
        features: [],
        wgsl_hashes: {},
      }),
    deviceMemory: () => Promise.resolve(null),
    progress: { status() {}, line() {} },
    interrupt,
  };
}
