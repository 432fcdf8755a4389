import { Buffer } from "node:buffer";
import { dirname } from "node:path";
import { decodeOpusRange, openOpus, OPUS_RATE, type OpusFile } from "../audio/opus.ts";
import { mixToMono } from "../audio/audio.ts";
import { SAMPLE_RATE } from "../audio/read.ts";
import { resample } from "../audio/resample.ts";
import type { CorpusUtterance } from "../corpus.ts";
import { InputError } from "../errors.ts";
import { readBytes } from "../files.ts";
import { type Form, kindOf, type Reading } from "./form.ts";
import { jsonItems } from "./json_items.ts";
import { parquetForm, TEST_FILES } from "./parquet_form.ts";

const INDEX = "GigaSpeech.json";
const SUBSET = "{TEST}";
/** Tags of utterances in which nobody, or nothing to score, speaks: the official data preparation drops them. */
const GARBAGE = /<(?:SIL|MUSIC|NOISE|OTHER)>/;
/** How far a segment may reach beyond the end of its recording. */
const END_SLACK_SECONDS = 0.5;

const isGarbage = (text: string) => GARBAGE.test(text);

/** GigaSpeech's test set: the official GigaSpeech.json beside its Opus files, or parquet. */
export function gigaspeechForms(): Form[] {
  return [
    {
      name: "GigaSpeech.json with Opus",
      places: [`gigaspeech/${INDEX}`, `GigaSpeech/${INDEX}`, INDEX],
      holds: async (path) => await kindOf(path) === "file",
      read: readIndex,
    },
    parquetForm({
      dataset: "gigaspeech",
      places: ["gigaspeech", "GigaSpeech", "open-asr-leaderboard/gigaspeech", "."],
      files: TEST_FILES,
      id: "segment_id",
      text: "text",
      mark: "segment_id",
      times: ["begin_time", "end_time"],
      speakerColumns: ["speaker", "audio_id"],
      speaker: (row, id) => speakerOf(row.speaker, row.audio_id, id),
      isDropped: isGarbage,
    }),
  ];
}

/** What is used of an entry of `audios` in GigaSpeech.json. */
interface Recording {
  readonly aid: string;
  readonly path: string;
  readonly segments: readonly Segment[];
}

interface Segment {
  readonly sid: string;
  readonly speaker?: unknown;
  readonly begin_time: number;
  readonly end_time: number;
  readonly text_tn: string;
  readonly subsets: readonly unknown[];
}

/**
 * The segments of the subset whose recordings are there. The index, of 2.7 GB for all of GigaSpeech, is read as a stream.
 * Segments are decoded by themselves, a few seconds out of recordings of hours; of these one is held, encoded.
 */
async function readIndex(path: string): Promise<Reading> {
  const utterances: CorpusUtterance[] = [];
  let dropped = 0;
  let missing: string | undefined;
  const recording = recordingCache();
  for await (const { aid, path: relative, segments } of recordings(path)) {
    const file = `${dirname(path)}/${relative}`;
    if (await kindOf(file) === null) {
      missing ??= file;
      continue;
    }
    for (const { sid, speaker, begin_time, end_time, text_tn } of segments) {
      if (isGarbage(text_tn)) dropped++;
      else {
        utterances.push({
          id: sid,
          speaker: speakerOf(speaker, aid, sid),
          text: text_tn,
          seconds: end_time - begin_time,
          audio: async () => await segmentAudio(await recording(file), begin_time, end_time, `${file}: ${sid}`),
        });
      }
    }
  }
  if (utterances.length === 0 && missing !== undefined) {
    throw new InputError(
      `${missing}: is missing, as are all others that ${path} names; put GigaSpeech's audio beside it`,
    );
  }
  return { source: { path, form: "GigaSpeech.json with Opus" }, utterances, dropped };
}

/** GigaSpeech calls unknown speakers N/A: then the recording, whose segments are as little independent, stands for them. */
function speakerOf(speaker: unknown, recording: unknown, segmentId: string): string | null {
  if (typeof speaker === "string" && speaker !== "" && speaker !== "N/A") return speaker;
  if (typeof recording === "string" && recording !== "") return recording;
  return /^(.+)_S\d+$/.exec(segmentId)?.[1] ?? null;
}

/** Recordings with segments of the subset, and only these segments. */
async function* recordings(path: string): AsyncGenerator<Recording> {
  const damaged = (what: string) => new InputError(`${path}: is no whole GigaSpeech index (${what}); fetch it again`);
  using file = await Deno.open(path);
  try {
    for await (const bytes of jsonItems(chunksOf(file), "audios")) {
      // Parsing takes longer than looking for what hardly any of them has.
      if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(SUBSET)) continue;
      const item: unknown = JSON.parse(new TextDecoder().decode(bytes));
      if (!isRecording(item)) {
        throw damaged(`an entry of audios lacks a field: ${JSON.stringify(item).slice(0, 60)}...`);
      }
      const segments = item.segments.filter(({ subsets }) => subsets.includes(SUBSET));
      if (segments.length > 0) yield { ...item, segments };
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(error.message);
    throw error;
  }
}

function isRecording(item: unknown): item is Recording {
  const { aid, path, segments } = item as Partial<Recording>;
  return typeof aid === "string" && typeof path === "string" && Array.isArray(segments) &&
    segments.every((segment: Partial<Segment>) =>
      typeof segment.sid === "string" && typeof segment.text_tn === "string" && Array.isArray(segment.subsets) &&
      typeof segment.begin_time === "number" && typeof segment.end_time === "number"
    );
}

async function* chunksOf(file: Deno.FsFile): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = new Uint8Array(2 ** 20);
    const read = await file.read(chunk);
    if (read === null) return;
    yield chunk.subarray(0, read);
  }
}

/** Reads recordings, keeping the last one: consecutive segments share it. */
function recordingCache(): (path: string) => Promise<OpusFile> {
  let held: { path: string; file: Promise<OpusFile> } | undefined;
  return (path) => {
    if (held?.path !== path) held = { path, file: readBytes(path).then((bytes) => openOpus(bytes, path)) };
    return held.file;
  };
}

async function segmentAudio(file: OpusFile, begin: number, end: number, name: string): Promise<Float32Array> {
  const from = Math.round(begin * OPUS_RATE);
  const to = Math.min(Math.round(end * OPUS_RATE), file.samples);
  if (!(from >= 0 && from < to) || end > file.samples / OPUS_RATE + END_SLACK_SECONDS) {
    const seconds = (file.samples / OPUS_RATE).toFixed(1);
    throw new InputError(`${name}: ${begin} to ${end} s do not lie in its ${seconds} s; fetch the recording again`);
  }
  const { channels } = await decodeOpusRange(file, from, to);
  return await resample(mixToMono(channels), OPUS_RATE, SAMPLE_RATE);
}
