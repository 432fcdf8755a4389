import charts from "./style/charts.css" with { type: "text" };
import colours from "./style/colours.css" with { type: "text" };
import page from "./style/page.css" with { type: "text" };
import print from "./style/print.css" with { type: "text" };
import tables from "./style/tables.css" with { type: "text" };
import utterances from "./style/utterances.css" with { type: "text" };

/** The page's style sheet; what is for paper comes last, and so has the last word. */
export const PAGE_STYLE: string = [colours, page, tables, charts, utterances, print].join("\n");
