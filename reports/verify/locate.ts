import { createHash } from "node:crypto";
import type { Digest } from "../digest_schema.ts";

/** What a digest tells of the items that it is of. */
export type Finding =
  /** They are the same. */
  | { readonly changed: "nothing" }
  /** One of them is not what it was. */
  | { readonly changed: "item"; readonly index: number }
  /** More than one is not, or some came or went. */
  | { readonly changed: "several" }
  /** They are the same, and the digest itself is not: the part of it that differs. */
  | { readonly changed: "digest"; readonly part: string };

/**
 * A digest that tells which item was changed, if one was: besides the hash of all, two for each bit of the index, of the
 * items that have it clear and of those that have it set. 4000 items take 12 pairs.
 */
export function digestOf(items: readonly string[]): Digest {
  const bits = Math.max(1, Math.ceil(Math.log2(items.length || 1)));
  const whole = createHash("sha256");
  const halves = Array.from({ length: bits }, () => [createHash("sha256"), createHash("sha256")]);
  items.forEach((item, index) => {
    whole.update(`${item}\n`);
    halves.forEach((pair, bit) => pair[index >> bit & 1].update(`${item}\n`));
  });
  const short = (hash: ReturnType<typeof createHash>): string => hash.digest("hex").slice(0, 16);
  return {
    of: items.length,
    sha256: whole.digest("hex"),
    halves: halves.map(([clear, set]): [string, string] => [short(clear), short(set)]),
  };
}

/** What became of the items since `stated` was taken. */
export function locate(stated: Digest, items: readonly string[]): Finding {
  const now = digestOf(items);
  const same = (bit: number, side: 0 | 1): boolean => stated.halves[bit]?.[side] === now.halves[bit][side];
  const bits = now.halves.map((_, bit) => ({ clear: same(bit, 0), set: same(bit, 1) }));
  if (stated.sha256 === now.sha256) {
    if (stated.of !== now.of) return { changed: "digest", part: "of" };
    const at = bits.findIndex(({ clear, set }) => !clear || !set);
    if (at >= 0) return { changed: "digest", part: `halves[${at}]` };
    return stated.halves.length === now.halves.length
      ? { changed: "nothing" }
      : { changed: "digest", part: "halves.length" };
  }
  if (stated.of !== now.of || stated.halves.length !== now.halves.length) return { changed: "several" };
  if (bits.every(({ clear, set }) => clear && set)) return { changed: "digest", part: "sha256" };
  const index = bits.reduce((sum, { clear }, bit) => clear ? sum + 2 ** bit : sum, 0);
  const single = bits.every(({ clear, set }) => clear !== set) && index < items.length;
  return single ? { changed: "item", index } : { changed: "several" };
}
