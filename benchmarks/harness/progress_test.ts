import assert from "node:assert/strict";
import { duration, progress } from "./progress.ts";

function written(terminal: boolean, columns = 80): { text: () => string; shown: ReturnType<typeof progress> } {
  let text = "";
  return { text: () => text, shown: progress(terminal, () => columns, (more) => text += more) };
}

Deno.test("progress() redraws its status on a terminal and clears it before a line", () => {
  const { text, shown } = written(true);
  shown.status("one");
  shown.status("two");
  shown.line("stays");
  shown.line("so does this");
  assert.equal(text(), "one\r\x1b[Ktwo\r\x1b[Kstays\nso does this\n");
});

Deno.test("progress() cuts a status that would wrap, and an empty one clears", () => {
  const { text, shown } = written(true, 4);
  shown.status("étoiles");
  shown.status("");
  shown.status("");
  assert.equal(text(), "éto\r\x1b[K");
});

Deno.test("progress() writes lines only where there is no terminal", () => {
  const { text, shown } = written(false);
  shown.status("one");
  shown.line("stays");
  assert.equal(text(), "stays\n");
});

Deno.test("duration() reads as people say it", () => {
  assert.deepEqual([0.4, 12, 89, 240, 7500, -1].map(duration), ["0 s", "12 s", "89 s", "4 min", "2 h 5 min", "0 s"]);
});
