import type { Random } from "../random.ts";

/**
 * Sentences by weighted rules: each symbol has alternatives divided by `|`, each an optional weight (default 1) and its
 * symbols: `"60 digit | 7 ty | OH"`. What is in upper case is a word of the sentence; what is in lower case, a symbol.
 */
export type Grammar = Readonly<Record<string, string>>;

/** A symbol that a function makes the words of, such as a spelled name. */
export type Made = Readonly<Record<string, (rng: Random) => readonly string[]>>;

interface Alternative {
  readonly weight: number;
  readonly symbols: readonly string[];
}

/**
 * What draws sentences of `grammar`, from the symbol `sentence` on. Throws Error where a rule names a symbol that neither
 * the grammar nor `made` has, or an alternative is empty or without a positive weight.
 */
export function sentences(grammar: Grammar, made: Made = {}): (rng: Random) => string[] {
  const rules = new Map(Object.entries(grammar).map(([symbol, rule]) => [symbol, parseRule(symbol, rule)]));
  const known = (symbol: string): boolean => rules.has(symbol) || Object.hasOwn(made, symbol);
  for (const [symbol, alternatives] of rules) {
    const missing = alternatives.flatMap(({ symbols }) => symbols).find((s) => !isWord(s) && !known(s));
    if (missing !== undefined) throw new Error(`grammar: ${symbol} names ${missing}, which has no rule`);
  }
  if (!known("sentence")) throw new Error("grammar: there is no rule for sentence");
  function expand(symbol: string, rng: Random, words: string[]): string[] {
    if (isWord(symbol)) words.push(symbol);
    else if (Object.hasOwn(made, symbol)) words.push(...made[symbol](rng));
    else for (const part of drawn(rules.get(symbol)!, rng).symbols) expand(part, rng, words);
    return words;
  }
  return (rng) => expand("sentence", rng, []);
}

/** The words that rules of `grammar` name, sorted. */
export function grammarWords(grammar: Grammar): string[] {
  const symbols = Object.entries(grammar).flatMap(([symbol, rule]) =>
    parseRule(symbol, rule).flatMap((a) => a.symbols)
  );
  return [...new Set(symbols.filter(isWord))].sort();
}

function isWord(symbol: string): boolean {
  return /^[A-Z']+$/.test(symbol);
}

function parseRule(symbol: string, rule: string): Alternative[] {
  return rule.split("|").map((text) => {
    const [first, ...rest] = text.trim().split(/\s+/);
    const isWeighted = /^\d+$/.test(first);
    const alternative = { weight: isWeighted ? Number(first) : 1, symbols: isWeighted ? rest : [first, ...rest] };
    if (alternative.symbols.length === 0 || alternative.symbols[0] === "" || alternative.weight === 0) {
      throw new Error(`grammar: ${symbol} has the alternative ${JSON.stringify(text)}, which says nothing`);
    }
    return alternative;
  });
}

/** One of the alternatives, by weight. */
function drawn(alternatives: readonly Alternative[], rng: Random): Alternative {
  let left = rng.integer(alternatives.reduce((sum, { weight }) => sum + weight, 0));
  return alternatives.find(({ weight }) => (left -= weight) < 0)!;
}
