import type { Segment } from "../engine.ts";

/** What a Whisper process is started with (one JSON argument). */
export interface WhisperStart {
  /** Holds the weights, in the layout that @huggingface/transformers reads. */
  readonly folder: string;
  readonly dtype: string;
  readonly device: "cpu" | "webgpu";
  /** Code of the language; null for weights that know English alone, and no other. */
  readonly language: string | null;
  /** Whether times are asked for; recordings over 30 s are heard with times all the same. */
  readonly times: boolean;
  /** Threads on the CPU; null leaves it to onnxruntime. */
  readonly threads: number | null;
}

/** What stands before a recording on the process's standard input: a line of JSON, then as many little-endian float32. */
export interface RequestHeader {
  readonly samples: number;
}

/** What a Whisper process says on standard output, a line of JSON each: ready, then an answer for each recording. */
export type WhisperEvent =
  | { readonly event: "ready"; readonly runtime: string }
  | {
    readonly event: "transcript";
    readonly text: string;
    /** Where times were asked for. */
    readonly segments: readonly Segment[] | null;
    /** The process's peak resident memory so far. */
    readonly peakBytes: number;
  }
  /** In place of ready: the weights do not load. In place of a transcript: this recording failed, and the next is taken. */
  | { readonly event: "failed"; readonly reason: string };

/** The bytes that ask for one recording's transcript. */
export function requestBytes(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const header: RequestHeader = { samples: samples.length };
  const line = new TextEncoder().encode(JSON.stringify(header) + "\n");
  const bytes = new Uint8Array(line.length + samples.byteLength);
  bytes.set(line);
  bytes.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), line.length);
  return bytes;
}

const LINE_FEED = 10;

/** The recordings of a byte stream of requests. Ends where the stream does, be it within a request. */
export async function* readRequests(stream: ReadableStream<Uint8Array>): AsyncGenerator<Float32Array, void, void> {
  let header: number[] = [];
  let samples: Float32Array | null = null;
  let filled = 0;
  for await (const chunk of stream) {
    let at = 0;
    while (at < chunk.length) {
      if (samples === null) {
        const end = chunk.indexOf(LINE_FEED, at);
        header.push(...chunk.subarray(at, end < 0 ? chunk.length : end));
        at = end < 0 ? chunk.length : end + 1;
        if (end < 0) continue;
        const { samples: length }: RequestHeader = JSON.parse(new TextDecoder().decode(Uint8Array.from(header)));
        samples = new Float32Array(length);
        header = [];
        filled = 0;
      } else {
        const part = chunk.subarray(at, at + samples.byteLength - filled);
        new Uint8Array(samples.buffer).set(part, filled);
        filled += part.length;
        at += part.length;
      }
      if (filled === samples.byteLength) { // at once where there are none
        yield samples;
        samples = null;
      }
    }
  }
}
