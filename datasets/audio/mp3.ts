import { InputError } from "../errors.ts";
import type { Audio } from "./audio.ts";
import { mp3Stream } from "./mp3_frames.ts";

/**
 * Decodes MP3 (MPEG 1, 2 and 2.5 layer III). Where the file says how many samples its encoder put before and after the
 * audio (LAME's gapless fields, which LAME and ffmpeg write), these are left out, and the decoder's own delay of 529 samples
 * with them: the length is the original's. Where it does not, all samples are kept, and the audio begins some 1,100 late.
 *
 * A cut file shows by its last frame, or by the frame count that most files hold; MP3 has no checksum of its samples.
 *
 * @param name the file's name, for the {@link InputError} thrown where the bytes are not a whole MP3 file with samples
 */
export async function decodeMp3(bytes: Uint8Array, name: string): Promise<Audio> {
  const stream = mp3Stream(bytes);
  if (typeof stream === "string") {
    throw new InputError(`${name}: truncated or damaged MP3, ${stream}; fetch or make it again`);
  }
  const expected = stream.frames * stream.frameSamples - (stream.padding ?? 0);
  if (expected <= 0) throw new InputError(`${name}: holds no samples; record or make it again`);

  const { MPEGDecoder } = await import("mpg123-decoder");
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    const { channelData, samplesDecoded, errors } = decoder.decode(bytes.subarray(stream.start, stream.end));
    if (errors.length > 0 || samplesDecoded !== expected) {
      const what = errors[0]?.message ?? `${samplesDecoded} of ${expected} samples decode`;
      throw new InputError(`${name}: damaged MP3, ${what}; fetch or make it again`);
    }
    // The decoder gives mono twice.
    return { sampleRate: stream.sampleRate, channels: channelData.slice(0, stream.channels) };
  } finally {
    decoder.free();
  }
}
