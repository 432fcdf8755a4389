// What makes the page answer. The functions that it calls come before it in the same script: see ../client_script.ts.
// Nothing here is needed to read the page: without a script the same charts, tables and utterances stand there still.
/* global chartSvg, chosen, layoutOf, markByKey, nearestMark, PAGE_SIZE, readout, sortedOrder, utteranceHtml */

/** Draws a chart again whenever its switches or its width change, and reads out the mark that is pointed at. */
function startChart(figure, chart) {
  const plot = figure.querySelector(".plot");
  const drawing = figure.querySelector(".drawing");
  const tip = figure.querySelector(".tip");
  const live = figure.querySelector("[aria-live]");
  let active = -1;
  let layout;

  const draw = () => {
    const chosenOf = (name) => figure.querySelector(`[data-axis=${name}]:checked`).value;
    const hidden = [...figure.querySelectorAll("[data-series]")].filter((box) => !box.checked);
    const view = {
      width: Math.max(240, Math.round(drawing.clientWidth)),
      x: chosenOf("x"),
      y: chosenOf("y"),
      hidden: hidden.map((box) => box.dataset.series),
    };
    layout = layoutOf(chart, view);
    if (active >= layout.marks.length) active = -1;
    drawing.innerHTML = chartSvg(chart, layout, active);
    showTip();
  };
  const showTip = () => {
    tip.hidden = active < 0;
    if (active < 0) return;
    const mark = layout.marks[active];
    const [who, what, more] = readout(chart, mark);
    const lines = [who, what, more].filter((text) => text !== "");
    tip.replaceChildren(
      ...lines.map((text, i) => Object.assign(document.createElement(i === 0 ? "b" : "span"), { textContent: text })),
    );
    const half = tip.offsetWidth / 2;
    const left = Math.min(Math.max(mark.left, half), layout.width - half);
    tip.style.left = `${left}px`;
    const above = mark.top - tip.offsetHeight - 14;
    tip.style.top = `${above < 0 ? mark.top + 14 : above}px`;
    live.textContent = lines.join(": ");
  };
  const point = (index) => {
    if (index === active) return;
    active = index;
    draw();
  };
  const pointed = (event) => {
    const { left, top } = drawing.getBoundingClientRect();
    point(nearestMark(layout, event.clientX - left, event.clientY - top, 36));
  };

  plot.addEventListener("pointermove", pointed);
  plot.addEventListener("pointerdown", pointed);
  plot.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && point(-1));
  plot.addEventListener("blur", () => point(-1));
  plot.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return point(-1);
    const next = markByKey(layout, active, event.key);
    if (next === null) return;
    event.preventDefault();
    point(next);
  });
  figure.addEventListener("change", () => {
    active = -1;
    draw();
  });
  figure.querySelector("[data-all]").addEventListener("click", () => {
    const boxes = [...figure.querySelectorAll("[data-series]")];
    const every = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !every;
    active = -1;
    draw();
  });
  new ResizeObserver(() => {
    if (Math.round(drawing.clientWidth) !== layout?.width) draw();
  }).observe(drawing);
  draw();
}

/** Puts a button into each heading of a table, which sorts its rows up, and at the next press down. */
function startTable(table) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const live = document.getElementById("live");
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const descending = heading.ariaSort === "ascending";
      const rows = [...body.rows];
      const texts = rows.map((row) => row.cells[column].dataset.sort ?? row.cells[column].textContent);
      body.append(...sortedOrder(texts, descending).map((i) => rows[i]));
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.ariaSort = descending ? "descending" : "ascending";
      live.textContent = `sorted by ${button.textContent}, ${heading.ariaSort}`;
    });
  });
}

/** Chooses, orders and turns the pages of the utterances of a report. */
function startUtterances(section, { utterances }) {
  const list = section.querySelector("ol");
  const status = section.querySelector("[aria-live]");
  const form = section.querySelector("form");
  const [previous, next] = section.querySelectorAll("[data-turn]");
  let page = 0;
  const show = () => {
    const choice = {
      protocol: Number(form.elements.protocol.value),
      order: form.elements.order.value,
      onlyErrors: form.elements.errors.checked,
      search: form.elements.search.value,
    };
    const found = chosen(utterances, choice);
    const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
    page = Math.min(Math.max(page, 0), pages - 1);
    const shown = found.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
    list.start = page * PAGE_SIZE + 1;
    list.innerHTML = shown.map((i) => utteranceHtml(utterances[i], choice.protocol)).join("");
    status.textContent = found.length === 0
      ? "no utterance is like that"
      : `${list.start} to ${list.start + shown.length - 1} of ${found.length}`;
    previous.disabled = page === 0;
    next.disabled = page === pages - 1;
  };
  const turn = (by) => {
    page += by;
    show();
    section.querySelector("h4").scrollIntoView();
  };
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    page = 0;
    show();
  });
  show();
}

document.documentElement.classList.add("js");
const data = JSON.parse(document.getElementById("data").textContent);
for (const figure of document.querySelectorAll("[data-chart]")) startChart(figure, data.charts[figure.dataset.chart]);
for (const table of document.querySelectorAll("table.sortable")) startTable(table);
for (const section of document.querySelectorAll("[data-utterances]")) {
  startUtterances(section, data.evals[section.dataset.utterances]);
}

// Paper has no way to open what is folded.
const folded = () => [...document.querySelectorAll("details:not([open])")];
let opened = [];
addEventListener("beforeprint", () => {
  opened = folded();
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});
// A link to something that is folded opens it.
const reveal = () => {
  const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  const details = target?.closest("details") ?? target?.querySelector("details");
  if (details) details.open = true;
};
addEventListener("hashchange", reveal);
reveal();
