import { dirname, join } from "node:path";
import { evalMarkdown } from "../eval_markdown.ts";
import { JOURNAL_FILE } from "../eval_schema.ts";
import { exampleEval } from "../example_eval.ts";
import { exampleKernels } from "../example_kernels.ts";
import { exampleTraining } from "../example_training.ts";
import { exampleWhisperReport } from "../example_whisper.ts";
import { kernelsMarkdown } from "../kernels_markdown.ts";
import { markdownReport } from "../markdown.ts";
import { readAnyReport, type Report } from "../read.ts";
import { trainingMarkdown } from "../training_markdown.ts";
import type { Subject } from "./alter.ts";
import { drawingsOf } from "./drawings.ts";
import { withDigest } from "./report_digest.ts";

/** A report that lies in a file, with what lies beside it. */
export async function storedSubject(file: string): Promise<Subject> {
  const report = await readAnyReport(file);
  const beside = (name: string): Promise<string> => Deno.readTextFile(join(dirname(file), name));
  const markdownName = report.kind === "kernels" ? "kernels.md" : "report.md";
  const drawings = new Map<string, string>();
  for (const drawing of drawingsOf(report)) drawings.set(drawing.file, await beside(drawing.file));
  return {
    name: file,
    report,
    markdownName,
    markdown: await beside(markdownName),
    journal: report.kind === "eval" ? await beside(JOURNAL_FILE) : null,
    drawings,
  };
}

/** Made-up reports of these kinds, as they are written, with what lies beside them. */
export async function exampleSubjects(
  kinds: readonly Report["kind"][] = ["scaling", "kernels", "eval", "training"],
): Promise<Subject[]> {
  const { report, journal } = exampleEval();
  const examples: readonly (readonly [string, () => Report])[] = [
    ["example of scaling with whisper", exampleWhisperReport],
    ["example of kernels", exampleKernels],
    ["example of eval", () => report],
    ["example of training", exampleTraining],
  ];
  const subjects: Subject[] = [];
  for (const [name, make] of examples) {
    if (!kinds.some((kind) => name.includes(kind))) continue;
    subjects.push(await subject(name, make(), name.endsWith("eval") ? journal : null));
  }
  return subjects;
}

async function subject(name: string, bare: Report, journal: string | null): Promise<Subject> {
  const report = withDigest(bare, journal);
  const drawings = new Map<string, string>();
  for (const drawing of drawingsOf(report)) drawings.set(drawing.file, await drawing.render());
  const markdownName = report.kind === "kernels" ? "kernels.md" : "report.md";
  return { name, report, markdownName, markdown: markdownOf(report), journal, drawings };
}

function markdownOf(report: Report): string {
  switch (report.kind) {
    case "scaling":
      return markdownReport(report);
    case "kernels":
      return kernelsMarkdown(report);
    case "eval":
      return evalMarkdown(report);
    case "training":
      return trainingMarkdown(report);
  }
}

/** The same as an earlier version wrote it. */
export function withoutDigest(subject: Subject): Subject {
  const { digest: _, ...report } = subject.report;
  return { ...subject, report: report as Report };
}
