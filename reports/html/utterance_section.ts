import { formatCount } from "../eval_text.ts";
import type { AlignedReport } from "./aligned_utterances.ts";
import { escapeHtml } from "./client/escape.ts";
import { chosen, FIRST_CHOICE, PAGE_SIZE, utteranceHtml } from "./client/utterances.ts";

/** The utterances of a report whose section is `id`: the first page of them, and what chooses others. */
export function utteranceSection(id: string, aligned: AlignedReport | string): string {
  if (typeof aligned === "string") return `<section><h3>Utterances</h3><p>${escapeHtml(aligned)}</p></section>`;
  const { protocols, first, utterances, total } = aligned;
  const order = chosen(utterances, { ...FIRST_CHOICE, protocol: first });
  const shown = order.slice(0, PAGE_SIZE);
  const part = utterances.length < total
    ? ` Of ${formatCount(total)} utterances, these are the ${formatCount(utterances.length)} with the most errors.`
    : "";
  const options = protocols.map((name, i) =>
    `<option value="${i}"${i === first ? " selected" : ""}>${escapeHtml(name)}</option>`
  );
  const turns = `<button type="button" data-turn="-1" disabled>Previous</button>` +
    `<button type="button" data-turn="1">Next</button>`;
  return `<section data-utterances="${escapeHtml(id)}"><h3>Utterances</h3>
<p>What was said, aligned with what was heard, as it is scored.${part} <span class="key"><span class="e s"><del>said</del><ins>heard</ins></span>
<small>substituted</small></span> <span class="key"><span class="e d"><del>missed</del></span> <small>deleted</small></span>
<span class="key"><span class="e i"><ins>made up</ins></span> <small>inserted</small></span></p>
<form class="choice"><label>Protocol <select name="protocol">${options.join("")}</select></label>
<label>Order <select name="order"><option value="errors">most errors</option><option value="rate">highest rate</option>
<option value="corpus">as in the corpus</option><option value="length">longest</option></select></label>
<label>Search <input type="search" name="search" placeholder="word, id or speaker"></label>
<label><input type="checkbox" name="errors"> only those with errors</label></form>
<h4 class="vh">List of utterances</h4>
<p class="turn"><span aria-live="polite">${
    order.length === 0 ? "none" : `1 to ${shown.length} of ${order.length}`
  }</span> ${turns}</p>
<ol>${shown.map((i) => utteranceHtml(utterances[i], first)).join("\n")}</ol></section>`;
}
