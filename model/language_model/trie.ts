/**
 * The n-grams of a language model as a trie: node 0 is the empty one, and the child of node (v … w) by the word x is
 * (v … w x). Children are found by one hash table over (parent, word), so a node costs about 20 bytes.
 */
export interface Trie {
  /** Nodes, the root among them. */
  count: number;
  /** By node: the n-gram without its last word, that word, and how many words it has. */
  parent: Int32Array;
  word: Int32Array;
  depth: Uint8Array;
  /** Open addressing: a node, or 0 for a free slot (the root is nobody's child); a power of two of slots. */
  slots: Int32Array;
}

/** A trie that holds all words 0 … words − 1 as unigrams, with room for `nodes` nodes to begin with. */
export function trie(words: number, nodes = 0): Trie {
  const capacity = Math.max(words + 1, nodes, 16);
  const made: Trie = {
    count: 1,
    parent: new Int32Array(capacity),
    word: new Int32Array(capacity),
    depth: new Uint8Array(capacity),
    slots: new Int32Array(2 ** Math.ceil(Math.log2(1.5 * capacity))),
  };
  made.word[0] = -1;
  for (let word = 0; word < words; word++) addChild(made, 0, word);
  return made;
}

/** The child of a node by a word, or 0 where there is none. */
export function findChild({ parent, word, slots }: Trie, node: number, next: number): number {
  const mask = slots.length - 1;
  for (let slot = hash(node, next) & mask;; slot = (slot + 1) & mask) {
    const child = slots[slot];
    if (child === 0 || (parent[child] === node && word[child] === next)) return child;
  }
}

/** The child of a node by a word, made where there is none. */
export function addChild(t: Trie, node: number, next: number): number {
  const found = findChild(t, node, next);
  if (found > 0) return found;
  const child = t.count++;
  if (child >= t.parent.length) grow(t);
  t.parent[child] = node;
  t.word[child] = next;
  t.depth[child] = t.depth[node] + 1;
  insert(t, child);
  return child;
}

/**
 * By node: the longest n-gram of the trie that is the node's without its first word or words (0 where only nothing is).
 * What a model backs off to.
 */
export function suffixes(t: Trie): Int32Array {
  const { count, parent, word, depth } = t;
  const suffix = new Int32Array(count);
  const deepest = depth.reduce((most, d) => Math.max(most, d), 0);
  // Shorter ones first: a suffix is found by way of the parent's suffixes.
  for (let d = 2; d <= deepest; d++) {
    for (let node = 1; node < count; node++) {
      if (depth[node] !== d) continue;
      let context = suffix[parent[node]];
      let found = findChild(t, context, word[node]);
      while (found === 0 && context !== 0) {
        context = suffix[context];
        found = findChild(t, context, word[node]);
      }
      suffix[node] = found;
    }
  }
  return suffix;
}

/** The words of a node's n-gram. */
export function nodeWords(t: Trie, node: number): number[] {
  const words: number[] = [];
  for (let at = node; at !== 0; at = t.parent[at]) words.unshift(t.word[at]);
  return words;
}

function hash(node: number, word: number): number {
  let h = Math.imul(node, 0x9e3779b1) ^ Math.imul(word + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 13);
}

function insert({ parent, word, slots }: Trie, child: number): void {
  const mask = slots.length - 1;
  let slot = hash(parent[child], word[child]) & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = child;
}

/** Doubles the room for nodes, and the table with it. */
function grow(t: Trie): void {
  const capacity = 2 * t.parent.length;
  const parent = new Int32Array(capacity);
  const word = new Int32Array(capacity);
  const depth = new Uint8Array(capacity);
  parent.set(t.parent);
  word.set(t.word);
  depth.set(t.depth);
  Object.assign(t, { parent, word, depth, slots: new Int32Array(2 * t.slots.length) });
  const nodes = t.count - 1; // the newest is not written yet
  for (let child = 1; child < nodes; child++) insert(t, child);
}
