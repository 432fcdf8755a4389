import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { run } from "../report_command.ts";
import { captured, inTemporaryFolder } from "../testdata/commands.ts";
import { inlineJson } from "./html_report.ts";
import { HOSTILE, publishedFolders, writeReports } from "./testdata/pages.ts";

/** A page without what stands in its scripts and its style. */
function markupOf(page: string): string {
  return page.replaceAll(/(<(script|style)\b[^>]*>)[^]*?<\/\2>/g, "$1");
}

/** The JSON in a page. */
function dataOf(page: string) {
  const [, text] = /<script type="application\/json" id="data">(.*)<\/script>/.exec(page) ?? [];
  return JSON.parse(text);
}

Deno.test("report --html makes one page of reports of every kind, with all of their points and utterances in it", () =>
  inTemporaryFolder(async (folder) => {
    const reports = await writeReports(folder);
    const html = join(folder, "new/page.html");
    const made = await captured(() => run(["--html", html, ...reports]));
    assert.deepEqual([made.code, made.err], [0, ""]);
    assert.match(made.out, /^wrote .*page\.html \([\d.]+ KiB\)$/);
    const page = await Deno.readTextFile(html);
    for (
      const part of ["Time and memory against audio length", "Speed and memory of training", "Speed of the kernels"]
    ) {
      assert.match(page, new RegExp(`<h2>${part}`));
    }
    const { charts, evals } = dataOf(page);
    assert.deepEqual(Object.keys(charts), [
      "report-1-seconds-1",
      "report-1-encoder_seconds-1",
      "report-1-memory-1",
      "report-2-seconds",
      "report-2-memory",
    ]);
    assert.equal(page.match(/<figure data-chart=/g)?.length, 5);
    const { utterances } = evals["report-4"];
    assert.equal(utterances.length, 100);
    assert.ok(utterances.every(({ audio }: { audio: unknown }) => audio === null));
    assert.ok(!markupOf(page).includes("<audio"));
    assert.match(page, /deno task bench:scaling[^<]*&lt;\/script&gt;/);
  }));

Deno.test("report --html asks for nothing from elsewhere, and its policy knows its own script and style alone", () =>
  inTemporaryFolder(async (folder) => {
    const html = join(folder, "page.html");
    const reports = await writeReports(folder);
    await captured(() => run(["--html", html, ...reports]));
    const page = await Deno.readTextFile(html);
    const loads = [...markupOf(page).matchAll(/<[^>]+? (?:src|href)="([^"]*)"/g)].map(([, target]) => target);
    assert.deepEqual(loads.filter((target) => !target.startsWith("#")), ["data:,"]);
    assert.equal(page.match(/<script/g)?.length, 2);
    assert.ok(!page.includes(HOSTILE));
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hash = (text: string): string => createHash("sha256").update(text).digest("base64");
    const [, script] = /<script type="module">([^]*?)<\/script>/.exec(page) ?? [];
    const [, style] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
    assert.match(policy, /^default-src 'none'; /);
    assert.ok(
      policy.includes(`script-src 'sha256-${hash(script)}'`) && policy.includes(`style-src 'sha256-${hash(style)}'`),
    );
    assert.ok(!/<[^>]* (?:style|on\w+)="/.test(markupOf(page)), "the policy forbids styles and handlers in attributes");
  }));

Deno.test("report --html links recordings by a path from the page, or puts them into it", () =>
  inTemporaryFolder(async (folder) => {
    const [, , , report] = await writeReports(folder);
    const html = join(folder, "pages/page.html");
    const audioIn = async (...options: string[]): Promise<string> => {
      const made = await captured(() => run(["--html", html, report, "--audio", join(folder, "audio"), ...options]));
      assert.equal(made.code, 0, made.err);
      const { utterances } = dataOf(await Deno.readTextFile(html)).evals["report-1"];
      assert.equal(utterances[1].audio, null);
      return utterances[0].audio;
    };
    assert.equal(await audioIn(), "../audio/speaker%20%231/utterance-000.wav");
    const embedded = await audioIn("--embed-audio");
    const [kind, base64] = embedded.split(",");
    assert.equal(kind, "data:audio/wav;base64");
    const file = await Deno.readFile(join(folder, "audio/speaker #1/utterance-000.wav"));
    assert.deepEqual(Uint8Array.fromBase64(base64), file);
  }));

Deno.test("report --html says why it shows no utterances where their journal is missing or another", () =>
  inTemporaryFolder(async (folder) => {
    const [, , , report] = await writeReports(folder);
    const html = join(folder, "page.html");
    const journal = join(report, "utterances.jsonl");
    const shown = async (): Promise<string> => {
      await captured(() => run(["--html", html, report]));
      return await Deno.readTextFile(html);
    };
    await Deno.writeTextFile(journal, (await Deno.readTextFile(journal)).replace("Smith", "Smyth"));
    assert.match(await shown(), /is not the one that it was made of, by its SHA-256/);
    await Deno.remove(journal);
    assert.match(await shown(), /lies beside the report; here it does not/);
  }));

Deno.test("report --html --claims shows every claim with a verdict, judged by the reports given", () =>
  inTemporaryFolder(async (folder) => {
    const html = join(folder, "page.html");
    const reports = await writeReports(folder);
    assert.equal((await captured(() => run(["--html", html, ...reports, "--claims"]))).code, 0);
    const page = await Deno.readTextFile(html);
    const [, claims] = /<section id="claims">([^]*?)<\/section>/.exec(page) ?? [];
    const rows = claims.split("<tr>").length - 2;
    assert.ok(rows >= 10, `${rows} claims`);
    assert.equal(claims.match(/class="verdict (supported|contradicted|not-tested)"/g)?.length, rows);
    assert.match(page, /<a href="#claims">/);
  }));

Deno.test("report --html makes a page of everything that is published, and the same page each time", () =>
  inTemporaryFolder(async (folder) => {
    const reports = publishedFolders();
    assert.ok(reports.length > 0);
    const pages = [];
    for (const name of ["a.html", "b.html"]) {
      const made = await captured(() => run(["--html", join(folder, name), ...reports]));
      assert.equal(made.code, 0, made.err);
      pages.push(await Deno.readTextFile(join(folder, name)));
    }
    assert.ok(pages[0] === pages[1]);
    assert.equal(pages[0].match(/<section class="report"/g)?.length, reports.length);
    assert.equal(/NaN|undefined|\[object/.exec(markupOf(pages[0])), null);
  }));

Deno.test("report --html refuses wrong usage in one line with exit code 3", () =>
  inTemporaryFolder(async (folder) => {
    const [report] = await writeReports(folder);
    const html = join(folder, "page.html");
    await Deno.writeTextFile(join(folder, "file"), "");
    const cases: [string[], RegExp][] = [
      [["--html", html], /^no report given; usage: deno task report --html FILE\.html REPORT\.\.\.$/],
      [["--html", join(folder, "page.pdf"), report], /page\.pdf": the page's name must end with \.html/],
      [["--html", html, report, "--speed"], /Unknown option '--speed'; see deno task report --help/],
      [["--html", html, join(folder, "none")], /none: no such file/],
      [["--html", html, report, "--embed-audio"], /--embed-audio needs --audio DIR/],
      [["--html", html, report, "--audio", join(folder, "no")], /no: cannot be read \(.*\); give --audio the folder/],
      [
        ["--html", join(folder, "file/page.html"), report],
        /cannot be written \(.*\); give a folder that can with --html/,
      ],
      [["--html"], /html.*; see deno task report --help/],
    ];
    for (const [args, message] of cases) {
      const refused = await captured(() => run(args));
      assert.deepEqual([refused.code, refused.out], [3, ""], args.join(" "));
      assert.match(refused.err, message);
      assert.ok(!refused.err.includes("\n"));
    }
    assert.equal((await captured(() => run(["--html", html, "--help"]))).code, 0);
    const json = await captured(() => run(["--html", html, report, "--json"]));
    assert.deepEqual(JSON.parse(json.out), { reports: [join(report, "report.json")], files: [html] });
  }));

Deno.test("inlineJson() cannot end a script element, and means the same", () => {
  const value = { text: "</script><!--\u2028\u2029", list: [1.5e-9, null] };
  const text = inlineJson(value);
  assert.doesNotMatch(text, /[<\u2028\u2029]/);
  assert.deepEqual(JSON.parse(text), value);
});
