import { seededRandom } from "../statistics/random.ts";
import { type Alteration, journalAlterations, jsonAlterations, type Subject } from "./alter.ts";
import { drawingAlterations, markdownAlterations } from "./alter_text.ts";

/** What came of altering numbers of one report. */
export interface Outcome {
  readonly altered: number;
  /** Those that were seen, and of them those whose place was not told. */
  readonly seen: number;
  readonly unnamed: readonly string[];
  readonly unseen: readonly string[];
  readonly unseenPatterns: ReadonlySet<string>;
}

/** Alters each number in turn. */
export async function alterEach(alterations: readonly Alteration[]): Promise<Outcome> {
  const [unnamed, unseen]: [string[], string[]] = [[], []];
  const unseenPatterns = new Set<string>();
  for (const { place, pattern, named, isNamed } of alterations) {
    const places = await named();
    if (places.length === 0) {
      unseen.push(place);
      unseenPatterns.add(pattern);
    } else if (!isNamed(places)) unnamed.push(`${place}: ${places.slice(0, 3).join(", ")}`);
  }
  return { altered: alterations.length, seen: alterations.length - unseen.length, unnamed, unseen, unseenPatterns };
}

/** At most `most` alterations of each pattern, chosen by the seed. */
export function sampled(alterations: readonly Alteration[], most: number, seed: number): Alteration[] {
  const random = seededRandom(seed);
  const byPattern = Map.groupBy(alterations, ({ pattern }) => pattern);
  return [...byPattern.values()].flatMap((group) => {
    const keyed = group.map((alteration) => ({ alteration, key: random() })).sort((p, q) => p.key - q.key);
    return keyed.slice(0, most).map(({ alteration }) => alteration);
  });
}

/** Every number of a report and of what lies beside it; where it has no digest, those of its JSON alone. */
export function alterationsOf(subject: Subject): Alteration[] {
  if (subject.report.digest === undefined) return jsonAlterations(subject, subject.markdown, false);
  // Their fits and intervals take up to a second, for each of thousands of numbers.
  const isSlow = subject.report.kind === "scaling" || subject.report.kind === "training";
  return [
    ...jsonAlterations(subject, subject.markdown, isSlow),
    ...journalAlterations(subject),
    ...markdownAlterations(subject),
    ...drawingAlterations(subject),
  ];
}
