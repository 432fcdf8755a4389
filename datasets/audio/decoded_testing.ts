import assert from "node:assert/strict";
import { readBytes } from "../files.ts";
import type { Audio } from "./audio.ts";

/** What another program decodes of a file in testdata (see tools/formats). */
interface Decoded {
  sampleRate: number;
  samples: number;
  /** Of which samples there are values: each `every`th, of each channel. */
  every: number;
  values: number[][];
}

/** The bytes of a file in testdata. */
export async function testFile(name: string): Promise<Uint8Array> {
  return await readBytes(new URL(`testdata/${name}`, import.meta.url).pathname);
}

/** Asserts that audio is what the other program decodes: the same length, and values apart by at most `tolerance`. */
export async function assertDecoded(audio: Audio, name: string, tolerance: number): Promise<void> {
  const all = JSON.parse(new TextDecoder().decode(await testFile("decoded.json"))) as Record<string, Decoded>;
  const { sampleRate, samples, every, values } = all[name];
  assert.equal(audio.sampleRate, sampleRate, name);
  assert.deepEqual(audio.channels.map((channel) => channel.length), values.map(() => samples), name);
  for (const [c, expected] of values.entries()) {
    for (const [i, value] of expected.entries()) {
      const got = audio.channels[c][i * every];
      assert.ok(
        Math.abs(got - value) <= tolerance,
        `${name}: sample ${i * every} of channel ${c}: ${got}, not ${value}`,
      );
    }
  }
}
