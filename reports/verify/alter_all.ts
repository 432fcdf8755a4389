/**
 * Alters every number of reports and of what lies beside them, one at a time, and tells which of them verification does
 * not see, or sees without naming the place:
 *
 *     deno run --allow-read reports/verify/alter_all.ts [--without-digest] [--sample N] [FOLDER]
 *
 * It takes all reports under FOLDER (default: reports/published) and the made-up examples of every kind. `--sample N`
 * takes N numbers of each pattern of path, and `--without-digest` the reports as earlier versions wrote them, where a
 * number may pass unseen if `verify` lists its pattern. Exit code: 0 where what is unseen is what is listed, else 1.
 */
import { parseArgs } from "node:util";
import type { Report } from "../read.ts";
import { alterationsOf, alterEach, sampled } from "./alter_each.ts";
import { exampleSubjects, storedSubject, withoutDigest } from "./subjects.ts";
import { reportsUnder } from "../reports_under.ts";
import { unverifiableFields } from "./unverifiable.ts";

const SEED = 1;
const MOST_LINES = 20;

const { values, positionals } = parseArgs({
  args: Deno.args,
  options: { "without-digest": { type: "boolean" }, sample: { type: "string" } },
  allowPositionals: true,
});
const folder = positionals[0] ?? new URL("../published", import.meta.url).pathname;
const most = values.sample === undefined ? Infinity : Number(values.sample);
const stored = await Promise.all((await reportsUnder(folder)).map(storedSubject));

const problems: string[] = [];
const unseenBy = new Map<Report["kind"], Set<string>>();
const listedBy = new Map<Report["kind"], readonly string[]>();
for (const whole of [...stored, ...await exampleSubjects()]) {
  const subject = values["without-digest"] ? withoutDigest(whole) : whole;
  const { kind, digest } = subject.report;
  const began = performance.now();
  const tried = sampled(alterationsOf(subject), most, SEED);
  const { altered, seen, unnamed, unseenPatterns } = await alterEach(tried);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  // What follows from a number may be all that tells of it, where there is no digest.
  const named = digest === undefined ? "" : `, ${seen - unnamed.length} of them named`;
  console.log(`${subject.name}: ${altered} altered, ${seen} seen${named} (${seconds} s)`);
  if (digest !== undefined) problems.push(...unnamed.map((line) => `${subject.name}: not named: ${line}`));
  const listed = unverifiableFields(subject.report);
  const unseen = [...unseenPatterns].map((pattern) => digest === undefined ? pattern.split(" ")[1] : pattern);
  problems.push(
    ...unseen.filter((one) => !listed.includes(one)).map((one) => `${subject.name}: unseen and not listed: ${one}`),
  );
  const occurring = new Set(tried.map(({ pattern }) => pattern.split(" ")[1]));
  const before = listedBy.get(kind) ?? [];
  listedBy.set(kind, listed.filter((one) => before.includes(one) || occurring.has(one)));
  unseenBy.set(kind, (unseenBy.get(kind) ?? new Set()).union(new Set(unseen)));
}
// A sample may have missed the one number that passes unseen.
for (const [kind, listed] of most === Infinity ? listedBy : []) {
  const seen = listed.filter((one) => !unseenBy.get(kind)!.has(one));
  problems.push(...seen.map((one) => `${kind}: listed, and seen wherever it was tried: ${one}`));
}
for (const problem of problems.slice(0, MOST_LINES)) console.log(problem);
console.log(problems.length === 0 ? "what is unseen is what is listed" : `${problems.length} problems`);
Deno.exit(problems.length === 0 ? 0 : 1);
