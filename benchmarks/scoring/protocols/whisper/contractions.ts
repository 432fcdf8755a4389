import { pythonRegex } from "./regex.ts";

/** Pattern and replacement, applied in this order; a title's trailing space is the reference's. */
const CONTRACTIONS: readonly (readonly [string, string])[] = [
  ["\\bwon't\\b", "will not"],
  ["\\bcan't\\b", "can not"],
  ["\\blet's\\b", "let us"],
  ["\\bain't\\b", "aint"],
  ["\\by'all\\b", "you all"],
  ["\\bwanna\\b", "want to"],
  ["\\bgotta\\b", "got to"],
  ["\\bgonna\\b", "going to"],
  ["\\bi'ma\\b", "i am going to"],
  ["\\bimma\\b", "i am going to"],
  ["\\bwoulda\\b", "would have"],
  ["\\bcoulda\\b", "could have"],
  ["\\bshoulda\\b", "should have"],
  ["\\bma'am\\b", "madam"],
  ...titles({ mr: "mister", mrs: "missus", st: "saint", dr: "doctor", prof: "professor", capt: "captain" }),
  ...titles({ gov: "governor", ald: "alderman", gen: "general", sen: "senator", rep: "representative" }),
  ...titles({ pres: "president", rev: "reverend", hon: "honorable", asst: "assistant", assoc: "associate" }),
  ...titles({ lt: "lieutenant", col: "colonel", jr: "junior", sr: "senior", esq: "esquire" }),
  ["'d been\\b", " had been"],
  ["'s been\\b", " has been"],
  ["'d gone\\b", " had gone"],
  ["'s gone\\b", " has gone"],
  ["'d done\\b", " had done"],
  ["'s got\\b", " has got"],
  ["n't\\b", " not"],
  ["'re\\b", " are"],
  ["'s\\b", " is"],
  ["'d\\b", " would"],
  ["'ll\\b", " will"],
  ["'t\\b", " not"],
  ["'ve\\b", " have"],
  ["'m\\b", " am"],
];

const REPLACEMENTS = CONTRACTIONS.map(([pattern, text]) => ({ pattern: pythonRegex(pattern), text }));

/** Contractions, colloquial forms and titles in full; the text is lower-case. A genitive's 's becomes "is" as well. */
export function expandContractions(text: string): string {
  return REPLACEMENTS.reduce((expanded, { pattern, text }) => expanded.replace(pattern, text), text);
}

function titles(full: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(full).map(([title, word]) => [`\\b${title}\\b`, `${word} `]);
}
