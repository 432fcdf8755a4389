import { stripTypeScriptTypes } from "node:module";
import format from "../format.ts" with { type: "text" };
import plotAxis from "../plot_axis.ts" with { type: "text" };
import axis from "./client/axis.ts" with { type: "text" };
import chartSvg from "./client/chart_svg.ts" with { type: "text" };
import escape from "./client/escape.ts" with { type: "text" };
import layout from "./client/layout.ts" with { type: "text" };
import page from "./client/page.js" with { type: "text" };
import readout from "./client/readout.ts" with { type: "text" };
import sorting from "./client/sorting.ts" with { type: "text" };
import utterances from "./client/utterances.ts" with { type: "text" };

/** What a reader's browser runs, each after what it calls. */
const PARTS: readonly string[] = [escape, format, plotAxis, axis, layout, chartSvg, readout, sorting, utterances];

/**
 * The page's script, for a `<script type="module">`: the same functions with which the page was made and which its tests
 * import, their types taken off, as one file. Names that two parts both declare would be a syntax error there.
 */
export function clientScript(): string {
  return [...PARTS.map((part) => bare(stripTypeScriptTypes(part))), page].map((part) => part.trim()).join("\n\n") +
    "\n";
}

/** Without imports, which all the parts in one file satisfy, and without the space that types leave. */
function bare(script: string): string {
  return script
    .replaceAll(/^import\b[^;]*;\n/gm, "")
    .replaceAll(/^export (?=function|const)/gm, "")
    .replaceAll(/[ \t]+$/gm, "")
    .replaceAll(/\n{3,}/g, "\n\n");
}
