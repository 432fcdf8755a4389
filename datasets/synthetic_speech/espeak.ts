import { InputError } from "../errors.ts";

const PROGRAM = "espeak-ng";

/** Rate of espeak-ng's samples, in Hz. */
export const ESPEAK_RATE = 22050;

/** How espeak-ng is to speak. */
export interface Delivery {
  /** A language and a variant, such as `en-us+f3`. */
  readonly voice: string;
  /** 0 to 99; 50 is the voice's own. */
  readonly pitch: number;
  /** Words a minute, from 80; 175 is usual. */
  readonly speed: number;
  /** Pause between words, in units of about 10 ms. */
  readonly gap: number;
}

/** What espeak-ng has. */
export interface EspeakVoices {
  /** Such as "1.51". */
  readonly version: string;
  /** English voices, such as `en-us`, sorted. */
  readonly languages: readonly string[];
  /** Variants that a voice may be spoken in, such as `f3`, sorted. */
  readonly variants: readonly string[];
}

/**
 * Variants that are left out: robots, whispers and effects, which no listener would take for a person; `fast`, which is a
 * speed; `Storm`, which is a language of its own; and `caleb` and `klatt6`, which sound as `klatt` to the sample.
 */
const LEFT_OUT =
  /^(robosoft\d*|anikaRobot|UniRobot|RicishayMax\d*|announcer|Demonic|Tweaky|whisperf?|fast|Storm|caleb|klatt6)$/;

/** Asks espeak-ng what it has. Throws {@link InputError} where it is not installed. */
export async function espeakVoices(): Promise<EspeakVoices> {
  const text = async (arg: string): Promise<string> => new TextDecoder().decode((await run([arg])).stdout);
  const version = /text-to-speech: (\S+)/.exec(await text("--version"))?.[1];
  const languages = voicesOf(await text("--voices=en")).filter(({ file }) => !/^(mb|!v)\//.test(file));
  const variants = voicesOf(await text("--voices=variant")).map(({ file }) => file.replace("!v/", ""));
  const found = {
    languages: [...new Set(languages.map(({ language }) => language))].sort(),
    variants: variants.filter((name) => /^\w+$/.test(name) && !LEFT_OUT.test(name)).sort(),
  };
  if (version === undefined || found.languages.length === 0 || found.variants.length === 0) {
    throw new InputError(`${PROGRAM}: tells no version or English voices; install it again: apt install espeak-ng`);
  }
  return { version, ...found };
}

/** The rows of `espeak-ng --voices=...`. */
export function voicesOf(table: string): { language: string; file: string }[] {
  return table.split("\n").flatMap((line) => {
    const match = /^\s*\d+\s+(\S+)\s+\S+\s+\S+\s+(\S+\/.*?)\s*(\(.*)?$/.exec(line);
    return match ? [{ language: match[1], file: match[2] }] : [];
  });
}

/**
 * Speaks a text: mono samples at {@link ESPEAK_RATE}. Throws {@link InputError} where espeak-ng is not installed, fails, or
 * says nothing.
 */
export async function speak(text: string, { voice, pitch, speed, gap }: Delivery): Promise<Float32Array> {
  const numbers = { "-p": pitch, "-s": speed, "-g": gap };
  const args = ["-v", voice, ...Object.entries(numbers).flatMap(([option, value]) => [option, String(value)])];
  const { stdout, stderr } = await run([...args, "--stdout", text]);
  const samples = espeakSamples(stdout);
  if (!samples.some((x) => Math.abs(x) > 1e-3)) {
    const why = new TextDecoder().decode(stderr).split("\n")[0];
    throw new InputError(`${PROGRAM}: says nothing to ${JSON.stringify(text)} as ${voice}${why && ` (${why})`}`);
  }
  return samples;
}

/** The phonemes, in espeak-ng's own notation, that it says to a text. */
export async function phonemes(text: string, voice: string): Promise<string> {
  const { stdout } = await run(["-q", "-x", "-v", voice, text]);
  return new TextDecoder().decode(stdout).trim().replace(/\s+/g, " ");
}

/** The samples of the WAV that espeak-ng streams: its header does not know the length of what follows. */
export function espeakSamples(wav: Uint8Array): Float32Array {
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  const tag = (at: number): string => String.fromCharCode(...wav.subarray(at, at + 4));
  if (wav.length < 44) return new Float32Array(0);
  const isExpected = tag(0) === "RIFF" && tag(36) === "data" && view.getUint16(22, true) === 1 &&
    view.getUint32(24, true) === ESPEAK_RATE && view.getUint16(34, true) === 16;
  if (!isExpected) throw new InputError(`${PROGRAM}: does not speak mono 16-bit WAV at ${ESPEAK_RATE} Hz; use 1.51`);
  return Float32Array.from({ length: (wav.length - 44) >> 1 }, (_, i) => view.getInt16(44 + 2 * i, true) / 2 ** 15);
}

async function run(args: readonly string[]): Promise<Deno.CommandOutput> {
  try {
    // A clean environment, so that no voices or dictionaries of the user's own are taken: the same files everywhere. Deno
    // would not hand on LD_LIBRARY_PATH besides.
    const command = new Deno.Command(PROGRAM, {
      args: [...args],
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
    return await command.output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new InputError(`${PROGRAM}: is not installed, and speech is synthesised by it: apt install espeak-ng`);
    }
    throw error;
  }
}
