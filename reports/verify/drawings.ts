import type { Difference } from "../compare.ts";
import { plotsOf, render } from "../plot.ts";
import type { Report } from "../read.ts";
import { renderSpec } from "../render_spec.ts";
import { trainingPlotsOf, trainingPlotSpec } from "../training_plot.ts";

/** Coordinates pass through logarithms, whose last bit may differ between processors and V8 versions. */
export const DRAWING_TOLERANCE = 1e-9;

/** A drawing that belongs beside a report. */
export interface Drawing {
  readonly file: string;
  /** Draws it anew. */
  render(): Promise<string>;
}

/** The drawings of a report of any kind; kernels' and eval reports have none. */
export function drawingsOf(report: Report): Drawing[] {
  if (report.kind === "scaling") {
    return plotsOf(report).map((plot) => ({ file: plot.file, render: () => render(report, plot) }));
  }
  if (report.kind === "training") {
    return trainingPlotsOf(report).map((plot) => (
      { file: plot.file, render: () => renderSpec(trainingPlotSpec(report, plot)) }
    ));
  }
  return [];
}

/** A decimal number, or whatever stands before the next one. Whole numbers count as text: they are labels, colours, sizes. */
const PIECE = /-?\d+\.\d+(?:e[-+]?\d+)?|(?:(?!-?\d+\.\d)[^])+/g;

/**
 * The first place in which the SVG `stated` of `file` is not the one that the report gives, if there is one: text must be
 * equal, and a decimal number to 1e-9 of itself. A drawing is one line, so the column tells where in it.
 */
export function compareDrawing(stated: string, recomputed: string, file: string): Difference[] {
  if (stated === recomputed) return [];
  const [pieces, others] = [stated.match(PIECE) ?? [], recomputed.match(PIECE) ?? []];
  const at = Array.from({ length: Math.max(pieces.length, others.length) }, (_, i) => i)
    .find((i) => !agree(pieces[i] ?? "", others[i] ?? ""));
  if (at === undefined) return [];
  const shared = commonLength(pieces[at] ?? "", others[at] ?? "");
  const offsetIn = (list: readonly string[]): number => list.slice(0, at).join("").length + shared;
  const before = stated.slice(0, offsetIn(pieces)).split("\n");
  return [{
    where: `${file} line ${before.length} column ${before.at(-1)!.length + 1}`,
    stated: excerpt(stated, offsetIn(pieces)),
    recomputed: excerpt(recomputed, offsetIn(others)),
  }];
}

function agree(p: string, q: string): boolean {
  if (p === q) return true;
  const isDecimal = (text: string): boolean => /^-?\d+\.\d/.test(text);
  if (!isDecimal(p) || !isDecimal(q)) return false;
  const [a, b] = [Number(p), Number(q)];
  return Math.abs(a - b) <= DRAWING_TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function commonLength(p: string, q: string): number {
  let length = 0;
  while (length < p.length && p[length] === q[length]) length++;
  return length;
}

/** What stands round a place. */
function excerpt(text: string, at: number): string {
  return at >= text.length ? "(end of file)" : `…${text.slice(Math.max(0, at - 24), at + 24).replaceAll("\n", " ")}…`;
}
