/** Samples of one position of a timestamp token: 20 ms at 16 kHz. */
const POSITION_SAMPLES = 320;
/** Samples a second, as Whisper takes them. */
export const SAMPLE_RATE = 16000;

/** Samples that Whisper hears at once: 30 s at 16 kHz. */
export const WINDOW_SAMPLES = 30 * SAMPLE_RATE;

/** A piece of a window: times in seconds from the recording's start, and its text as tokens. */
export interface TokenSegment {
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly number[];
}

/**
 * Reads what Whisper said of one window as OpenAI's `transcribe.py` does: timestamp tokens in a pair end one segment and
 * begin the next. Where the last segment was left open, the next window starts at its beginning, and its tokens count for
 * nothing; else it starts where this one ends. Always gets on, whatever the tokens say.
 *
 * @param tokens what was generated: text tokens, timestamps from `timestampBegin` on, and specials between them
 * @param endOfText the first special token: text tokens are below it
 * @param from the window's first sample in the recording
 * @param samples of the recording in the window
 * @returns segments that hold text, their times within the window, and the first sample of the next window
 */
export function readWindow(
  tokens: readonly number[],
  endOfText: number,
  timestampBegin: number,
  from: number,
  samples: number,
): { segments: TokenSegment[]; next: number } {
  const said = tokens.filter((token) => token < endOfText || token >= timestampBegin);
  const isTime = said.map((token) => token >= timestampBegin);
  const position = (token: number): number => (token - timestampBegin) * POSITION_SAMPLES;
  const segments: TokenSegment[] = [];
  const add = (start: number, end: number, piece: readonly number[]): void => {
    const text = piece.filter((token) => token < endOfText);
    const seconds = (sample: number): number => (from + Math.min(sample, samples)) / SAMPLE_RATE;
    if (text.length > 0) segments.push({ start: seconds(start), end: seconds(end), tokens: text });
  };

  const cuts: number[] = [];
  for (let i = 1; i < said.length; i++) if (isTime[i - 1] && isTime[i]) cuts.push(i);
  const endsClosed = isTime.at(-1) === true && isTime.at(-2) === false;
  if (cuts.length === 0) {
    const last = said.findLast((token) => token > timestampBegin);
    add(0, last === undefined ? samples : position(last), said);
    return { segments, next: from + samples };
  }
  if (endsClosed) cuts.push(said.length);
  let begin = 0;
  for (const cut of cuts) {
    const piece = said.slice(begin, cut);
    // A window that begins without a timestamp begins at its first sample.
    add(piece[0] >= timestampBegin ? position(piece[0]) : 0, position(piece.at(-1)!), piece);
    begin = cut;
  }
  const heard = endsClosed ? samples : position(said[begin - 1]);
  return { segments, next: from + (heard > 0 ? heard : samples) };
}
