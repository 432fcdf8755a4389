import assert from "node:assert/strict";
import { markdownPage } from "./markdown_html.ts";
import { markdownTable } from "../markdown_table.ts";

const page = (markdown: string) =>
  markdownPage(markdown, { prefix: "r1", image: (file, title) => `[${file} ${title}]` });

/** What stands before the first heading. */
const html = (markdown: string): string => page(markdown).sections[0].html.trim();

Deno.test("markdownPage() parts a report by its headings, and hands images over", () => {
  const { title, sections } = page(
    "# A \\*report\\*\n\nBegin.\n\n## First part\n\nText.\n\n![Plot](time.svg)\n\n## Second\n\n- x",
  );
  assert.equal(title, "A *report*");
  assert.deepEqual(sections, [
    { title: null, html: "<p>Begin.</p>\n" },
    { title: "First part", html: "<p>Text.</p>\n[time.svg Plot]\n" },
    { title: "Second", html: "<ul><li>x</li></ul>\n" },
  ]);
});

Deno.test("markdownPage() knows bold, code, escapes, breaks and links within the report", () => {
  assert.equal(html("**a `b` c** d\\_e"), "<p><strong>a <code>b</code> c</strong> d_e</p>");
  assert.equal(html("one\\\ntwo"), "<p>one<br>two</p>");
  assert.equal(html("[batch 8](#batch-8)"), '<p><a href="#r1-batch-8">batch 8</a></p>');
  assert.equal(html("[x](javascript:alert)"), "<p>[x](javascript:alert)</p>");
  assert.equal(html("> a\n>\n> **b**"), "<blockquote><p>a</p><p><strong>b</strong></p></blockquote>");
  assert.equal(html("- a\n  more\n- b"), "<ul><li>a\n  more</li><li>b</li></ul>");
  assert.equal(
    html("```sh\ndeno task\n\n# no heading\n```"),
    '<pre tabindex="0"><code>deno task\n\n# no heading</code></pre>',
  );
});

Deno.test("markdownPage() makes nothing of the markup in a report's texts", () => {
  const evil = `<script>alert("1")</script>`;
  for (
    const text of [
      evil,
      `**${evil}**`,
      `\`${evil}\``,
      `- ${evil}`,
      `> ${evil}`,
      markdownTable([evil, "b"], [[evil, evil]]),
    ]
  ) {
    assert.doesNotMatch(html(text), /<script|"1"/);
    assert.match(html(text), /&lt;script&gt;/);
  }
});

Deno.test("markdownPage() gives tables captions, scopes, numbers to the right and bars that are no borders", () => {
  const table = html(markdownTable(["Engine", "Time"], [["a | b", "1 s"], ["c", "2 s"]], ["Time"]));
  assert.match(table, /<table class="sortable"><caption class="vh">Figures<\/caption>/);
  assert.match(table, /<th scope="col">Engine<\/th><th scope="col" class="n">Time<\/th>/);
  assert.match(table, /<th scope="row">a \| b<\/th><td class="n">1 s<\/td>/);
});

Deno.test("markdownPage() lets no table be sorted that lists facts, has one row, or puts lists side by side", () => {
  const sortable = (header: string[], rows: string[][]): boolean =>
    html(markdownTable(header, rows)).includes("sortable");
  const rows = [["a", "b", "c", "d"], ["e", "f", "g", "h"]];
  assert.equal(sortable(["Engine", "Time", "Memory", "WER"], rows), true);
  assert.equal(sortable(["Engine", "Time", "Memory", "WER"], rows.slice(1)), false);
  assert.equal(sortable(["What", "Value", "x", "y"], rows), false);
  assert.equal(sortable(["Substituted", "Times", "Deleted", "Times"], rows), false);
});
