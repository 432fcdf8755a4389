import assert from "node:assert/strict";
import { datasetNamed, openCorpus } from "../registry.ts";
import type { Corpus } from "../corpus.ts";

/** A data root in testdata (see tools/formats). */
export function testRoot(name: string): string {
  return new URL(`testdata/${name}`, import.meta.url).pathname;
}

/** A set opened from a data root in testdata. */
export async function openTest(id: string, root: string): Promise<Corpus> {
  return await openCorpus(datasetNamed(id), testRoot(root));
}

/** Id, speaker, text and seconds of each utterance. */
export function rows(corpus: Corpus): unknown[][] {
  return corpus.utterances.map(({ id, speaker, text, seconds }) => [id, speaker, text, seconds]);
}

/** Asserts that audio is the sweep of that seed that tools/formats makes, as far as its length and its 4 bursts a second tell. */
export function assertSweep(samples: Float32Array, seconds: number, seed: number): void {
  assert.equal(samples.length, Math.round(seconds * 16000));
  let inBurst = 0, between = 0, n = 0, m = 0;
  samples.forEach((x, i) => {
    const level = Math.sin(2 * Math.PI * 4 * i / 16000 + seed);
    if (level > 0.2) inBurst += x * x, n++;
    if (level < -0.2) between += x * x, m++;
  });
  assert.ok(n === 0 || Math.sqrt(inBurst / n) > 0.1, `burst ${Math.sqrt(inBurst / n)}`);
  assert.ok(m === 0 || Math.sqrt(between / m) < 0.04, `pause ${Math.sqrt(between / m)}`);
}
