import published from "american-british-english-translator/data/british_spellings.json" with { type: "json" };

/** Pairs that the package has since turned round: its key is OpenAI's value. */
const TURNED_ROUND = new Set([
  ...["archaeological", "battleaxe", "buses", "busing", "cancellation", "cancellations", "crenellated", "gases"],
  ...["gauge", "gauged", "gauges", "gauging", "glamour", "minibuses", "travelogue", "travelogues"],
]);

/** Keys that the package has added. */
const ADDED = new Set([
  ...["featurisation", "featurise", "featurised", "initialisation", "initialisations"],
  ...["optimisation", "optimisations", "parametrisation", "parametrisations", "parametrise"],
]);

/** Pairs that the package has dropped or put right, such as the stray tag; two of them can never match a word. */
const OPENAI_ONLY: readonly (readonly [string, string])[] = [
  ["archaeology", "archeology</span>"],
  ["cheque", "check"],
  ["cheques", "checks"],
  ["cypher", "cipher"],
  ["cyphers", "ciphers"],
  ["draughts", "drafts"],
  ["flyer / flier", "flier / flyer"],
  ["gaol", "jail"],
  ["mhm", "hmm"],
  ["mmm", "hmm"],
  ["storey", "story"],
  ["storeys", "stories"],
];

/**
 * British spellings and what OpenAI's normaliser makes of them: 1,739 pairs. npm's american-british-english-translator
 * (MIT) holds a later state of the same list (tysto.com's), of which 1,711 pairs are as OpenAI has them; the rest of
 * this file is what it differs in. Whether a pair makes sense is not ours to say: both texts pass through it.
 */
export const SPELLINGS: ReadonlyMap<string, string> = spellings(Object.entries(published));

function spellings(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  const kept = pairs
    .filter(([british]) => !ADDED.has(british))
    .map(([british, american]) =>
      TURNED_ROUND.has(british) ? [american, british] as const : [british, american] as const
    );
  return new Map([...kept, ...OPENAI_ONLY]);
}
