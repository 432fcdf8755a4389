/**
 * Makes the benchmark's audio, in a process of its own: a child inherits its parent's peak of resident memory, so the
 * process that starts the measurements must never have held half an hour of samples. Reads an AudioRequest as its one JSON
 * argument and prints an AudioEvent a line.
 */
import { createHash } from "node:crypto";
import { type Manifest, sha256, syntheticAudio } from "../../datasets/synthetic/mod.ts";
import type { AudioEvent, AudioRequest } from "./audio.ts";

/** The samples' hash where `path` holds what `manifest` describes, else null. */
async function hashIfKept(path: string, manifestPath: string, request: AudioRequest, minutes: number) {
  try {
    const text = await Deno.readTextFile(manifestPath);
    const manifest = JSON.parse(text) as Manifest;
    if (manifest.seed !== request.seed || manifest.seconds !== minutes * 60) return null;
    if ((manifest.source === "stitched") !== (request.dataRoot !== null)) return null;
    const bytes = await Deno.readFile(path);
    if (bytes.byteLength % 4 !== 0) return null;
    return sha256(new Float32Array(bytes.buffer)) === manifest.sha256 ? { manifest, text } : null;
  } catch {
    return null;
  }
}

async function prepare(request: AudioRequest, minutes: number): Promise<AudioEvent> {
  const path = `${request.folder}/audio/${minutes}.f32`;
  const manifestPath = `${request.folder}/manifest-${minutes}.json`;
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
  const kept = request.reuse ? await hashIfKept(path, manifestPath, request, minutes) : null;
  if (kept) {
    const { source, sha256 } = kept.manifest;
    const text = wordsOf(kept.manifest);
    return { event: "audio", minutes, path, source, sha256, manifestSha256: hash(kept.text), text };
  }
  const { seed, dataRoot } = request;
  const { samples, source, manifest } = await syntheticAudio({
    seconds: minutes * 60,
    seed,
    ...(dataRoot === null ? {} : { dataRoot }),
  });
  await Deno.writeFile(path, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  const json = JSON.stringify(manifest, null, 2) + "\n";
  await Deno.writeTextFile(manifestPath, json);
  const [sha256, text] = [manifest.sha256, wordsOf(manifest)];
  return { event: "audio", minutes, path, source, sha256, manifestSha256: hash(json), text };
}

/** The words that are said, of speech whose every segment has its text. */
function wordsOf({ source, segments }: Manifest): string | null {
  const texts = segments.flatMap(({ text }) => text === undefined ? [] : [text]);
  return source === "stitched" && texts.length === segments.length ? texts.join(" ") : null;
}

function say(event: AudioEvent): void {
  console.log(JSON.stringify(event));
}

try {
  const request = JSON.parse(Deno.args[0]) as AudioRequest;
  await Deno.mkdir(`${request.folder}/audio`, { recursive: true });
  for (const minutes of request.minutes) say(await prepare(request, minutes));
} catch (error) {
  if (!(error instanceof Error) || error.name !== "InputError") throw error;
  say({ event: "failed", reason: error.message });
}
