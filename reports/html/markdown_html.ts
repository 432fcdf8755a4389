import { escapeHtml } from "./client/escape.ts";

/** How the Markdown of a report becomes a part of a page. */
export interface MarkdownSetting {
  /** What ids and links within the report begin with, as a page may hold several reports. */
  readonly prefix: string;
  /** What stands in an image's place. */
  image(file: string, title: string): string;
}

/** A part of a report: what stands under a heading of the second level, or before the first one (null). */
export interface Section {
  readonly title: string | null;
  readonly html: string;
}

/** The titles of a report's Markdown, and its parts. */
export interface MarkdownPage {
  readonly title: string;
  readonly sections: readonly Section[];
}

/**
 * The Markdown of this project's reports as HTML: headings, paragraphs, quotations, lists, fenced code, tables, images;
 * bold, code, links and escapes. It is no other's Markdown that is read here. Every text is escaped, so that none of it
 * is markup of the page.
 */
export function markdownPage(markdown: string, setting: MarkdownSetting): MarkdownPage {
  const sections: { title: string | null; html: string }[] = [{ title: null, html: "" }];
  let title = "";
  let caption = "Figures";
  for (const block of blocksOf(markdown)) {
    const [, marks, text] = /^(#+) (.*)$/.exec(block) ?? [];
    if (marks?.length === 1) title = plainText(text);
    else if (marks?.length === 2) {
      caption = plainText(text);
      sections.push({ title: caption, html: "" });
    } else sections[sections.length - 1].html += blockHtml(block, caption, setting) + "\n";
  }
  return { title, sections };
}

/** Parts between empty lines; code keeps its own. */
function blocksOf(markdown: string): string[] {
  return markdown.trim().match(/^```[^]*?^```$|(?:^(?!```).+\n?)+/gm)?.map((block) => block.trimEnd()) ?? [];
}

function blockHtml(block: string, caption: string, setting: MarkdownSetting): string {
  const inline = (text: string): string => inlineHtml(text, setting.prefix);
  const code = /^```\w*\n([^]*)\n```$/.exec(block);
  if (code) return `<pre tabindex="0"><code>${escapeHtml(code[1])}</code></pre>`;
  const image = /^!\[([^\]]*)\]\(([^)]*)\)$/.exec(block);
  if (image) return setting.image(image[2], image[1]);
  if (block.startsWith("|")) return tableHtml(block, caption, setting.prefix);
  if (block.startsWith(">")) {
    const quoted = blocksOf(block.replaceAll(/^> ?/gm, ""));
    return `<blockquote>${quoted.map((text) => `<p>${inline(text)}</p>`).join("")}</blockquote>`;
  }
  if (block.startsWith("- ")) {
    return `<ul>${block.slice(2).split(/\n- /).map((item) => `<li>${inline(item)}</li>`).join("")}</ul>`;
  }
  return `<p>${inline(block)}</p>`;
}

const INLINE = /\\([\\`*_<>[\]|])|`([^`]+)`|\*\*((?:\\[^]|[^\\])+?)\*\*|\[((?:\\.|[^\]\\])+)\]\((#[^)\s]*)\)|\\\n/g;

function inlineHtml(text: string, prefix: string): string {
  let [html, from] = ["", 0];
  for (const found of text.matchAll(INLINE)) {
    const [whole, escaped, code, bold, link, target] = found;
    html += escapeHtml(text.slice(from, found.index));
    from = found.index + whole.length;
    if (escaped !== undefined) html += escapeHtml(escaped);
    else if (code !== undefined) html += `<code>${escapeHtml(code)}</code>`;
    else if (bold !== undefined) html += `<strong>${inlineHtml(bold, prefix)}</strong>`;
    else if (link !== undefined) html += `<a href="#${idOf(prefix, target.slice(1))}">${inlineHtml(link, prefix)}</a>`;
    else html += "<br>";
  }
  return html + escapeHtml(text.slice(from));
}

/** A text without its marks, for titles. */
function plainText(text: string): string {
  return text.replaceAll(/\\(.)|[*`]/g, "$1");
}

/** Tables whose rows are of a kind can be sorted; lists of facts, and columns put side by side, cannot. */
function isSortable(header: readonly string[], rows: readonly unknown[]): boolean {
  const facts = header[0] === "What" || header[0].startsWith("SHA-256");
  return !facts && rows.length > 1 && new Set(header).size === header.length;
}

function tableHtml(block: string, caption: string, prefix: string): string {
  const [header, rule, ...rows] = block.split("\n").map(cellsOf);
  const numeric = rule.map((mark) => mark.endsWith(":"));
  const cells = rows.map((row) => row.map((cell) => inlineHtml(cell, prefix)));
  return table(caption, header.map((cell) => inlineHtml(cell, prefix)), numeric, cells, isSortable(header, rows));
}

/** Cells of a line, as GitHub parts them: at each bar that no backslash precedes. */
function cellsOf(line: string): string[] {
  return line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/**
 * A table in a box of its own that scrolls sideways, so that the page never does. Cells are HTML; the first of each row is
 * the row's heading.
 */
export function table(
  caption: string,
  header: readonly string[],
  numeric: readonly boolean[],
  rows: readonly (readonly string[])[],
  sortable: boolean,
): string {
  const kind = (i: number): string => numeric[i] ? ` class="n"` : "";
  const heads = header.map((cell, i) => `<th scope="col"${kind(i)}>${cell}</th>`).join("");
  const lines = rows.map((row) =>
    "<tr>" + row.map((cell, i) => {
      const long = cell.replaceAll(/<[^>]*>/g, "").length > 60 ? ` class="long"` : kind(i);
      return i === 0 ? `<th scope="row"${long}>${cell}</th>` : `<td${long}>${cell}</td>`;
    }).join("") + "</tr>"
  );
  const name = escapeHtml(caption);
  return `<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table${
    sortable ? ` class="sortable"` : ""
  }>` +
    `<caption class="vh">${name}</caption><thead><tr>${heads}</tr></thead><tbody>\n${
      lines.join("\n")
    }</tbody></table></div>`;
}

/** The id of a heading as GitHub makes it, under the report's prefix. */
export function idOf(prefix: string, title: string): string {
  const slug = title.toLowerCase().replaceAll(/[^\p{L}\p{N}\s-]/gu, "").replaceAll(/\s/g, "-");
  return escapeHtml(`${prefix}-${slug}`);
}
