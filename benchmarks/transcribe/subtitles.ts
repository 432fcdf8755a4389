import type { Segment } from "../engines/engine.ts";

/**
 * Segments as SubRip, the format of `.srt` files: numbered from 1, times as `HH:MM:SS,mmm`, lines ended by a line feed.
 * Segments without text are left out; empty where none is left. Throws RangeError for times that are no numbers.
 */
export function srt(segments: readonly Segment[]): string {
  return cues(segments)
    .map(({ start, end, text }, i) => `${i + 1}\n${clock(start, ",")} --> ${clock(end, ",")}\n${text}\n`)
    .join("\n");
}

/**
 * Segments as WebVTT (W3C), the format of `.vtt` files: times as `HH:MM:SS.mmm`; `&`, `<` and `>` are escaped, as they
 * would be markup. Segments without text are left out. Throws RangeError for times that are no numbers.
 */
export function vtt(segments: readonly Segment[]): string {
  const blocks = cues(segments).map(({ start, end, text }) =>
    `${clock(start, ".")} --> ${clock(end, ".")}\n${escaped(text)}\n`
  );
  return ["WEBVTT\n", ...blocks].join("\n");
}

/** Times in whole milliseconds. */
interface Cue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * What is shown, in order of its start, as WebVTT asks for: none before 0, each for a millisecond at least, in one line,
 * since an empty line would end it.
 */
function cues(segments: readonly Segment[]): Cue[] {
  return segments
    .map(({ start, end, text }) => {
      const from = Math.max(0, milliseconds(start));
      return { start: from, end: Math.max(from + 1, milliseconds(end)), text: text.trim().replace(/\s+/g, " ") };
    })
    .filter(({ text }) => text !== "")
    .sort((a, b) => a.start - b.start);
}

function milliseconds(seconds: number): number {
  if (!Number.isFinite(seconds)) throw new RangeError(`subtitles: ${seconds} is no time`);
  return Math.round(seconds * 1000);
}

function clock(milliseconds: number, point: "," | "."): string {
  const part = (divisor: number, modulus: number, digits: number): string =>
    String(Math.floor(milliseconds / divisor) % modulus).padStart(digits, "0");
  const hours = part(3_600_000, Infinity, 2);
  return `${hours}:${part(60_000, 60, 2)}:${part(1000, 60, 2)}${point}${part(1, 1000, 3)}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
