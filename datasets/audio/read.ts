import { InputError } from "../errors.ts";
import { readBytes } from "../files.ts";
import { type Audio, mixToMono } from "./audio.ts";
import { decodeFlac } from "./flac.ts";
import { decodeMp3 } from "./mp3.ts";
import { looksLikeMp3 } from "./mp3_frames.ts";
import { decodeOpus } from "./opus.ts";
import { resample } from "./resample.ts";
import { decodeWav } from "./wav.ts";

/** The rate, in Hz, of all audio past the readers. */
export const SAMPLE_RATE = 16000;

const OTHER_FORMATS: [magic: string, format: string][] = [
  ["FORM", "AIFF"],
  ["caff", "CAF"],
  [".snd", "AU"],
  ["NIST_1A", "NIST SPHERE"],
  ["\x1a\x45\xdf\xa3", "Matroska or WebM"],
];

/**
 * Reads a FLAC, WAV, Ogg Opus or MP3 file, told by its content and not by its name, as mono samples at 16 kHz.
 * Throws {@link InputError} where it is missing, empty, truncated, damaged, another format, or holds a NaN or infinity.
 */
export async function readAudio(path: string): Promise<Float32Array> {
  return await decodeAudio(await readBytes(path), path);
}

/** As {@link readAudio}, of bytes already read; `name` is what errors call them. */
export async function decodeAudio(bytes: Uint8Array, name: string): Promise<Float32Array> {
  const audio = await decode(bytes, name);
  checkFinite(audio, name);
  try {
    return await resample(mixToMono(audio.channels), audio.sampleRate, SAMPLE_RATE);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${name}: ${error.message}`);
    throw error;
  }
}

async function decode(bytes: Uint8Array, name: string): Promise<Audio> {
  if (bytes.length === 0) throw new InputError(`${name}: is empty; fetch or make it again`);
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  if (head.startsWith("fLaC")) return await decodeFlac(bytes, name);
  if (["RIFF", "RF64", "BW64", "RIFX"].includes(head.slice(0, 4))) return decodeWav(bytes, name);
  if (head.startsWith("OggS")) return await decodeOpus(bytes, name);
  if (looksLikeMp3(bytes)) return await decodeMp3(bytes, name);
  const known = OTHER_FORMATS.find(([magic]) => head.startsWith(magic))?.[1] ??
    (head.slice(4, 8) === "ftyp" ? "MP4" : "something else");
  throw new InputError(
    `${name}: is ${known}, not FLAC, WAV, Ogg Opus or MP3; ` +
      `convert it: ffmpeg -i ${name} -ac 1 -ar ${SAMPLE_RATE} converted.flac`,
  );
}

function checkFinite(audio: Audio, name: string): void {
  audio.channels.forEach((channel, c) => {
    for (let i = 0; i < channel.length; i++) {
      if (!Number.isFinite(channel[i])) {
        throw new InputError(
          `${name}: sample ${i} of channel ${c} is ${channel[i]}, not a number to compute with; make the file again`,
        );
      }
    }
  });
}
