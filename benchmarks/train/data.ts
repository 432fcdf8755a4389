import { createHash } from "node:crypto";
import { SAMPLE_RATE } from "../../datasets/audio/read.ts";
import type { CorpusUtterance } from "../../datasets/corpus.ts";
import { InputError } from "../../datasets/errors.ts";
import { encodeText } from "../../model/tokenizer.ts";
import type { TrainingUtterance } from "../../training/batch.ts";
import type { TrainingConfig } from "../../training/config.ts";
import { nearestPath } from "../../training/nearest.ts";
import { UsageError } from "../harness/errors.ts";
import { openSpeech } from "./speech_sets.ts";

/** An utterance with its samples in memory. */
export interface SpeechUtterance extends TrainingUtterance {
  readonly id: string;
  readonly speaker: string;
  /** As the set has it. */
  readonly text: string;
  /** Times that it comes in an epoch. */
  readonly repeat: number;
}

/** Why an utterance is left out. */
export type SkipReason = "no text" | "unknown characters" | "unreadable" | "silent" | "too short" | "too long";

/** What a run trains on and is evaluated on. */
export interface SpeechData {
  readonly train: readonly SpeechUtterance[];
  readonly dev: readonly SpeechUtterance[];
  /** Of the sets that nobody recorded: what they were synthesised by and of. */
  readonly synthesised: readonly string[];
  /** Utterances left out, by reason. */
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** A line a reason, which names the first utterance. */
  readonly notes: readonly string[];
  /** Of ids, texts and samples, of what is trained and what is evaluated on, in hexadecimal. */
  readonly sha256: string;
}

/** Below −80 dBFS nothing is said. */
const SILENT_PEAK = 1e-4 * 32768;

/**
 * Reads the audio of all sets of a config into memory, 32 kB a second; `onProgress` is told how many utterances are done.
 * Utterances of the held-out speakers, and of the dev sets, are evaluated on, whatever their length; all others are trained
 * on. What cannot be used is left out and counted. Throws UsageError and InputError, one line, where a set or a held-out
 * speaker is not there, and where nothing is left.
 */
export async function loadSpeech(
  config: TrainingConfig["data"],
  dataRoot: string,
  vocabulary: readonly string[],
  onProgress: (done: number, total: number) => void = () => {},
): Promise<SpeechData> {
  const listed: { utterance: CorpusUtterance; repeat: number; isDev: boolean }[] = [];
  const missing = new Set(config.heldOutSpeakers);
  const speakers = new Set<string>();
  const synthesised = new Set<string>();
  const open = async (dataset: string): Promise<readonly CorpusUtterance[]> => {
    const set = await openSpeech(dataset, dataRoot);
    if (set.synthesised !== null) synthesised.add(set.synthesised);
    return set.utterances;
  };
  for (const { dataset, repeat = 1 } of config.train) {
    for (const utterance of await open(dataset)) {
      const isDev = utterance.speaker !== null && config.heldOutSpeakers.includes(utterance.speaker);
      if (utterance.speaker !== null) speakers.add(utterance.speaker);
      listed.push({ utterance, repeat, isDev });
    }
  }
  const absent = [...missing.difference(speakers)][0];
  if (absent !== undefined) {
    const near = speakers.size > 0 ? `; did you mean ${nearestPath(absent, [...speakers].sort())}?` : "";
    throw new UsageError(`data.heldOutSpeakers: the training sets have no speaker ${absent}${near}`);
  }
  for (const dataset of config.dev) {
    for (const utterance of await open(dataset)) listed.push({ utterance, repeat: 1, isDev: true });
  }

  const [train, dev]: [SpeechUtterance[], SpeechUtterance[]] = [[], []];
  const skipped = new Map<SkipReason, { count: number; first: string }>();
  const hash = createHash("sha256");
  for (const [i, { utterance, repeat, isDev }] of listed.entries()) {
    const read = await readUtterance(utterance, repeat, vocabulary, isDev ? null : config);
    if ("reason" in read) {
      const { count, first } = skipped.get(read.reason) ?? { count: 0, first: `${utterance.id} (${read.detail})` };
      skipped.set(read.reason, { count: count + 1, first });
    } else {
      (isDev ? dev : train).push(read);
      hash.update(`${isDev ? "dev" : "train"}\t${read.id}\t${read.text}\n`);
      hash.update(new Uint8Array(read.samples.buffer, read.samples.byteOffset, read.samples.byteLength));
    }
    onProgress(i + 1, listed.length);
  }
  const notes = [...skipped].map(([reason, { count, first }]) =>
    `${count} of ${listed.length} utterances left out: ${reason}, first ${first}`
  );
  if (train.length === 0) {
    throw new UsageError(["data.train: nothing is left to train on", ...notes].join("; "));
  }
  const counts = Object.fromEntries([...skipped].map(([reason, { count }]) => [reason, count]));
  return { train, dev, synthesised: [...synthesised], skipped: counts, notes, sha256: hash.digest("hex") };
}

/** An utterance in memory, or why it is left out; `limits` of what is trained on, null for what is evaluated on. */
async function readUtterance(
  { id, speaker, text, audio }: CorpusUtterance,
  repeat: number,
  vocabulary: readonly string[],
  limits: Pick<TrainingConfig["data"], "minimumSeconds" | "maximumSeconds"> | null,
): Promise<SpeechUtterance | { reason: SkipReason; detail: string }> {
  const skip = (reason: SkipReason, detail: string) => ({ reason, detail });
  const trimmed = text.trim().replace(/\s+/g, " ");
  if (trimmed === "") return skip("no text", "its transcript is empty");
  const unknown = limits && [...trimmed.toLowerCase()].find((character) => !vocabulary.includes(character));
  if (unknown) return skip("unknown characters", `${JSON.stringify(unknown)} in its transcript`);
  let samples: Int16Array;
  try {
    samples = sixteenBit(await audio());
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return skip("unreadable", error.message);
  }
  if (!samples.some((x) => Math.abs(x) > SILENT_PEAK)) return skip("silent", `${samples.length} samples`);
  const seconds = samples.length / SAMPLE_RATE;
  if (limits && seconds < limits.minimumSeconds) return skip("too short", `${seconds} s`);
  if (limits && seconds > limits.maximumSeconds) return skip("too long", `${seconds} s`);
  return { id, speaker: speaker ?? id, text: trimmed, tokens: encodeText(vocabulary, trimmed), samples, repeat };
}

/** Samples of 16 bits; throws InputError where one is not finite. Loops: `from` and `findIndex` take ten times as long. */
function sixteenBit(samples: Float32Array): Int16Array {
  const rounded = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    if (!Number.isFinite(samples[i])) throw new InputError(`sample ${i} is ${samples[i]}`);
    rounded[i] = Math.min(Math.max(Math.round(samples[i] * 32768), -32768), 32767);
  }
  return rounded;
}
