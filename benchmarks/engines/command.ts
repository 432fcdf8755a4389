/**
 * The engine `command`: any program that takes a WAV file and gives text, so that every recogniser can be measured on the
 * same ground. It is started anew for each recording, so `seconds` holds its start and the loading of its weights too.
 */
import { join } from "node:path";
import { encodeWav } from "../../datasets/audio/wav.ts";
import { UsageError } from "../harness/errors.ts";
import { spawn } from "../harness/spawn.ts";
import { splitCommand } from "./command_line.ts";
import { type Engine, EngineError } from "./engine.ts";
import { collect } from "./collect.ts";

/** What the engine is made of. */
export interface CommandOptions {
  /**
   * The program and its arguments, quoted as for a POSIX shell; no shell runs it. `{wav}` stands for the recording (16-bit
   * mono WAV at 16 kHz). With `{out}` the text is read from that file, or from that file with `.txt` added, which is how
   * whisper.cpp names it; without, from standard output.
   */
  readonly template: string;
  /** After which a program is killed and the recording given up. */
  readonly timeoutSeconds: number;
}

const KEPT_WORDS = 3;

/**
 * Makes a folder for the recordings, below `TMPDIR`; it goes when the engine does. Throws UsageError where the template has
 * no `{wav}` or is no command line.
 */
export async function openCommand({ template, timeoutSeconds }: CommandOptions): Promise<Engine> {
  const words = splitCommand(template, "--command");
  if (!words.slice(1).some((word) => word.includes("{wav}"))) {
    throw new UsageError("--command: has no {wav} among its arguments, which stands for the recording's file; add it");
  }
  const started = performance.now();
  const folder = await Deno.makeTempDir({ prefix: "samba-command-" });
  const wav = join(folder, "recording.wav");
  const out = words.some((word) => word.includes("{out}")) ? join(folder, "out") : null;
  const [program, ...args] = words.map((word) => word.replaceAll("{wav}", wav).replaceAll("{out}", out ?? ""));

  return {
    identity: { engine: "command", weights: null, settings: { command: template } },
    loadSeconds: (performance.now() - started) / 1000,
    maxBatch: 1,
    givesTimes: false,
    async transcribe(recordings) {
      if (recordings.length !== 1) throw new RangeError(`a command takes 1 recording a call, not ${recordings.length}`);
      const begun = performance.now();
      await Deno.writeFile(wav, encodeWav({ sampleRate: 16000, channels: [recordings[0]] }, "pcm16"));
      if (out !== null) await removeFiles([out, `${out}.txt`]);
      const printed = await run(program, args, timeoutSeconds);
      const text = oneLine(decode(out === null ? printed : await readOut(program, out), program));
      return { transcripts: [{ text, segments: null }], seconds: (performance.now() - begun) / 1000 };
    },
    memory: () => ({ ledgerPeakBytes: null, outsidePeakBytes: null }),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Runs a program and gives what it printed. Throws EngineError where it does not start, fails or takes too long. */
async function run(program: string, args: readonly string[], timeoutSeconds: number): Promise<Uint8Array> {
  const child = start(program, args);
  const { code, signal, timedOut, overflown, stdout, stderr } = await collect(child, timeoutSeconds);
  const last = new TextDecoder().decode(stderr.length > 0 ? stderr : stdout).split("\n").map((line) => line.trim())
    .filter((line) => line !== "").slice(-KEPT_WORDS).join(" / ");
  const said = last === "" ? "and said nothing" : `and said last: ${last}`;
  if (timedOut) throw new EngineError(`${program}: was killed after ${timeoutSeconds} s, ${said}`);
  if (overflown) throw new EngineError(`${program}: was killed, since its output would not end`);
  if (signal !== null) throw new EngineError(`${program}: was killed by ${signal} ${said}`);
  if (code !== 0) throw new EngineError(`${program}: ended with exit code ${code} ${said}`);
  return stdout;
}

function start(program: string, args: readonly string[]): Deno.ChildProcess {
  try {
    return spawn(program, args, "piped");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new EngineError(`${program}: no such program; give its whole path, or put it on PATH`, true);
    }
    if (error instanceof Deno.errors.NotCapable) {
      throw new EngineError(
        `${program}: Deno may not run it; start this as \`deno task eval:command\` or \`transcribe:command\``,
        true,
      );
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new EngineError(`${program}: the system does not let it run; chmod +x it`, true);
    }
    throw error;
  }
}

async function readOut(program: string, out: string): Promise<Uint8Array> {
  for (const path of [out, `${out}.txt`]) {
    try {
      return await Deno.readFile(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new EngineError(`${program}: ended well, but wrote neither {out} nor {out}.txt`);
}

async function removeFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      await Deno.remove(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

function decode(bytes: Uint8Array, program: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new EngineError(`${program}: its text is not UTF-8`);
  }
}

/** Recognisers break lines where they like; a transcript has none. */
function oneLine(text: string): string {
  return text.split(/\s+/).filter((word) => word !== "").join(" ");
}
