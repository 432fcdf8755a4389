/** What tests of scoring share. */
import { seededRandom } from "../../reports/statistics/random.ts";

/** Rows of a file in testdata, cells parted by tabs; lines that begin with # are left out. */
export function testRows(text: string): string[][] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split("\t"));
}

/** A drawer of random word sequences: up to `most` words out of `alphabet`. */
export function randomWords(seed: number, alphabet: string): (most: number) => string[] {
  const random = seededRandom(seed);
  return (most) =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, () => alphabet[Math.floor(random() * alphabet.length)]);
}
