/**
 * Opens the page given in Chromium and checks what no test without a browser can. Prints one JSON object:
 * `{"missing": why}` where it cannot, else `{"checks": [{"name", "error"}]}`, `error` null where all is well.
 *
 * It is a program of its own as a browser needs permissions that no other test has, and as playwright-core is no
 * dependency of the project: the name is put together at run time, so that it is in no module graph and in no lock file.
 */
import assert from "node:assert/strict";
import type { Browser, Element, Locator, Page } from "./playwright_types.ts";

const [url, playwright, pictures] = Deno.args;

/** Chromium as Debian has it, unless CHROMIUM says otherwise. */
const executablePath = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

async function launched(): Promise<Browser | string> {
  if (!(await Deno.stat(executablePath).then(({ isFile }) => isFile, () => false))) {
    return `there is no ${executablePath}; install chromium, or say where it is in CHROMIUM`;
  }
  try {
    const { chromium } = await import(playwright);
    return await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return `${playwright} does not start ${executablePath} (${reason}); \`deno cache --no-lock ${playwright}\` fetches it`;
  }
}

/** A page that notes whatever it should not do. */
async function opened(browser: Browser, options: Record<string, unknown>): Promise<{ page: Page; wrong: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.setDefaultTimeout(5000);
  const wrong: string[] = [];
  page.on("console", (message) => wrong.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) wrong.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, wrong };
}

const lines = (figure: Locator): Promise<number> => figure.locator(".drawing .line").count();

const CHECKS: Readonly<Record<string, (page: Page, browser: Browser) => Promise<void>>> = {
  async "no text of a report becomes markup or runs"(page) {
    assert.equal(await page.evaluate(() => Reflect.get(globalThis, "hacked")), undefined);
    assert.equal(await page.locator("img").count(), 0);
    assert.ok((await page.locator("body").textContent())?.includes("</script>"));
  },
  async "pointing at a mark reads it out, and Escape takes it back"(page) {
    const figure = page.locator("figure").first();
    await figure.scrollIntoViewIfNeeded();
    const box = await figure.locator(".drawing .dot").nth(3).boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + box.width / 2 + 2, box.y + box.height / 2 + 2);
    assert.equal(await figure.locator(".ring").count(), 1);
    const told = await figure.locator("[aria-live]").textContent();
    assert.match(told ?? "", /^[\w-]+, \d+ min: [\d.]+ m?s, 95 % interval/);
    assert.equal((await figure.locator(".tip > *").allTextContents()).join(": "), told);
    await figure.locator(".plot").focus();
    await page.keyboard.press("Escape");
    assert.equal(await figure.locator(".ring").count(), 0);
    assert.equal(await figure.locator(".tip").isVisible(), false);
  },
  async "arrow keys walk over the marks of a focused chart"(page) {
    const figure = page.locator("figure").first();
    await figure.locator(".plot").focus();
    const told: (string | null)[] = [];
    for (const key of ["ArrowRight", "ArrowRight", "End", "ArrowDown"]) {
      await page.keyboard.press(key);
      told.push(await figure.locator("[aria-live]").textContent());
    }
    assert.equal(new Set(told).size, 4);
    assert.match(told[0] ?? "", /, 5 min/);
    assert.match(told[2] ?? "", /, 30 min/);
    await page.keyboard.press("Escape");
  },
  async "engines are switched by keyboard, alone and all together"(page) {
    const figure = page.locator("figure").first();
    const all = await lines(figure);
    await figure.locator("[data-series]").first().focus();
    await page.keyboard.press("Space");
    assert.equal(await lines(figure), all - 1);
    await figure.locator("[data-all]").focus();
    await page.keyboard.press("Enter");
    assert.equal(await lines(figure), all);
    await page.keyboard.press("Enter");
    assert.equal(await lines(figure), 0);
    assert.match((await figure.locator(".drawing").textContent()) ?? "", /every engine is switched off/);
    await page.keyboard.press("Enter");
  },
  async "axes are switched between logarithmic and linear by keyboard"(page) {
    const figure = page.locator("figure").first();
    const ticks = (): Promise<string[]> => figure.locator(".drawing .tick").allTextContents();
    assert.ok(!(await ticks()).includes("0"));
    for (const [axis, zeros] of [["y", 1], ["x", 2]] as const) {
      await figure.locator(`[data-axis=${axis}]:checked`).focus();
      await page.keyboard.press("ArrowRight");
      assert.equal((await ticks()).filter((tick) => tick === "0").length, zeros);
    }
  },
  async "a table sorts up and down by its headings' buttons"(page) {
    const table = page.locator("#wer table.sortable");
    const heading = table.locator("thead th").nth(2);
    const cells = async (): Promise<number[]> =>
      (await table.locator("tbody tr > :nth-child(3)").allTextContents()).map(parseFloat);
    await heading.locator("button").focus();
    await page.keyboard.press("Enter");
    assert.equal(await heading.getAttribute("aria-sort"), "ascending");
    const up = await cells();
    assert.ok(up.length > 1 && up.every((value, i) => i === 0 || value >= up[i - 1]), up.join());
    await page.keyboard.press("Enter");
    assert.equal(await heading.getAttribute("aria-sort"), "descending");
    assert.deepEqual(await cells(), up.toReversed());
    assert.match((await page.locator("#live").textContent()) ?? "", /^sorted by .*, descending$/);
  },
  async "utterances are searched, ordered, filtered and turned over"(page) {
    const section = page.locator("[data-utterances]").first();
    const status = (): Promise<string | null> => section.locator("[aria-live]").textContent();
    assert.equal(await status(), "1 to 20 of 100");
    await section.locator("[data-turn='1']").focus();
    await page.keyboard.press("Enter");
    assert.equal(await status(), "21 to 40 of 100");
    const before = await section.locator("ol").textContent();
    await section.locator("[name=order]").selectOption("corpus");
    assert.equal(await status(), "1 to 20 of 100");
    assert.notEqual(await section.locator("ol").textContent(), before);
    await section.locator("[name=search]").fill("utterance-000");
    assert.equal(await status(), "1 to 1 of 1");
    const forgiving = await section.locator(".e").count();
    await section.locator("[name=protocol]").selectOption("0");
    assert.ok(await section.locator(".e").count() > forgiving);
    await section.locator("[name=search]").fill("");
    await section.locator("[name=errors]").check();
    assert.match((await status()) ?? "", /^1 to 20 of \d\d$/);
  },
  async "the audio at hand plays"(page) {
    const section = page.locator("[data-utterances]").first();
    await section.locator("[name=search]").fill("utterance-000");
    const length = await section.locator("audio").evaluate(async (audio) => {
      await audio.play();
      return audio.duration;
    });
    assert.ok(Math.abs(length - 0.5) < 0.01, `${length} s`);
  },
  async "nothing is wider than a phone of 360 pixels, folded or open, and only tables scroll sideways"(_, browser) {
    const { page, wrong } = await opened(browser, { viewport: { width: 360, height: 740 }, hasTouch: true });
    const width = (): Promise<number> =>
      page.evaluate(() => Reflect.get(globalThis, "document").documentElement.scrollWidth);
    assert.equal(await width(), 360);
    await page.evaluate(() => {
      for (const details of Reflect.get(globalThis, "document").querySelectorAll("details")) details.open = true;
    });
    assert.equal(await width(), 360);
    const drawing = await page.locator("figure svg[role=img]").first().boundingBox();
    assert.ok(drawing !== null && drawing.width <= 360 && drawing.width > 280);
    assert.deepEqual(wrong, []);
    if (pictures) await page.screenshot({ path: `${pictures}/phone.png` });
    await page.close();
  },
  async "paper gets everything that is folded, and no switches"(_, browser) {
    const { page } = await opened(browser, {});
    const pdf = await page.pdf({ format: "A4", ...(pictures ? { path: `${pictures}/page.pdf` } : {}) });
    assert.equal(new TextDecoder().decode(pdf.slice(0, 5)), "%PDF-");
    await page.emulateMedia({ media: "print" });
    for (const hidden of [".axis", ".choice", "[data-all]", ".turn button"]) {
      assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
    }
    assert.ok(await page.locator("details:not([open]) table").first().isVisible());
    await page.close();
  },
  async "without a script the charts, tables and utterances are there, and no dead switches"(_, browser) {
    const { page } = await opened(browser, { javaScriptEnabled: false });
    assert.ok(await page.locator("figure svg[role=img]").first().isVisible());
    assert.equal(await page.locator("[data-utterances] li").count() >= 20, true);
    for (const hidden of [".axis", ".choice", "[data-series]"]) {
      assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
    }
    await page.close();
  },
  async "dark ground where the reader asks for it"(_, browser) {
    const { page } = await opened(browser, { colorScheme: "dark" });
    const ground = await page.locator("body").evaluate((body) =>
      Reflect.get(globalThis, "getComputedStyle")(body).backgroundColor
    );
    assert.equal(ground, "rgb(20, 23, 27)");
    if (pictures) await page.screenshot({ path: `${pictures}/dark.png` });
    await page.close();
  },
  async "ids are unique, links within lead somewhere, controls have names, tables captions and scopes"(page) {
    const wrong = await page.evaluate(() => {
      const all = (selector: string): Element[] => [...Reflect.get(globalThis, "document").querySelectorAll(selector)];
      const ids = all("[id]").map(({ id }) => id);
      return [
        ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `twice: ${id}`),
        ...all("a[href^='#']").map((a) => a.getAttribute("href").slice(1)).filter((id) => !ids.includes(id)),
        ...all("input, select").filter((control) => control.labels.length === 0).map(({ outerHTML }) => outerHTML),
        ...all("button").filter((button) => button.textContent.trim() === "").map(({ outerHTML }) => outerHTML),
        ...all("table").filter((table) => !table.caption?.textContent).map(() => "no caption"),
        ...all("th:not([scope])").map(({ outerHTML }) => outerHTML),
        ...all("[aria-labelledby], [aria-describedby]").flatMap((
          element,
        ) => [element.getAttribute("aria-labelledby"), element.getAttribute("aria-describedby")]).filter((id) =>
          id !== null && !ids.includes(id)
        ),
      ];
    });
    assert.deepEqual(wrong, []);
  },
};

const browser = await launched();
if (typeof browser === "string") console.log(JSON.stringify({ missing: browser }));
else {
  const checks: { name: string; error: string | null }[] = [];
  const noted = async (name: string, check: () => void | Promise<void>): Promise<void> => {
    const error = await Promise.resolve().then(check).then(
      () => null,
      (error) => error instanceof Error ? error.message : String(error),
    );
    checks.push({ name, error });
  };
  const { page, wrong } = await opened(browser, {});
  await noted(
    "opening the page asks nothing of anyone and reports no error",
    () => assert.deepEqual(wrong, []),
  );
  if (pictures) await page.screenshot({ path: `${pictures}/desktop.png`, fullPage: true });
  for (const [name, check] of Object.entries(CHECKS)) await noted(name, () => check(page, browser));
  await noted(
    "using the page has asked for its audio alone, and reported no error",
    () => assert.deepEqual(wrong.filter((line) => !/^request: file:.*\.wav$/.test(line)), []),
  );
  await browser.close();
  console.log(JSON.stringify({ checks }));
}
