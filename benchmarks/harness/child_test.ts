import assert from "node:assert/strict";
import { allowing, type ChildEnd, diedOfMemory, killedByAnother, lastWords, runChild } from "./child.ts";

const SCRIPT = new URL("./testdata/child.ts", import.meta.url).href;
const NEVER = new AbortController().signal;

function ended(changed: Partial<ChildEnd>): ChildEnd {
  return { code: 1, signal: null, stopped: null, lastErrors: [], seconds: 1, ...changed };
}

Deno.test("runChild() hands over whole lines, the last one without its end too", async () => {
  const seen: string[] = [];
  const end = await runChild(SCRIPT, [], "lines", (line) => seen.push(line), 60, NEVER);
  assert.deepEqual(seen, ["one", "two", "", "last, ünended"]);
  assert.equal(end.code, 0);
  assert.equal(end.stopped, null);
});

Deno.test("runChild() keeps the last words of a child that throws", async () => {
  const end = await runChild(SCRIPT, [], "throw", () => {}, 60, NEVER);
  assert.equal(end.code, 1);
  assert.equal(lastWords(end), "TypeError: a fault");
  assert.equal(diedOfMemory(end), false);
});

Deno.test("runChild() takes any amount of chatter and keeps the end of it", async () => {
  const end = await runChild(SCRIPT, [], "chatter", () => {}, 60, NEVER);
  assert.equal(end.code, 7);
  assert.equal(end.lastErrors.length, 40);
  assert.equal(lastWords(end), "line 999");
});

Deno.test("runChild() tells a kill by another hand, which is how the kernel takes memory back", async () => {
  const end = await runChild(SCRIPT, ["--allow-run"], "kill", () => {}, 60, NEVER);
  assert.equal(end.signal, "SIGKILL");
  assert.equal(end.stopped, null);
  assert.equal(killedByAnother(end), true);
  assert.equal(diedOfMemory(end), false, "whose hand it was is not known");
});

Deno.test("runChild() kills a child at its deadline and when interrupted, before or after its start", async () => {
  const late = await runChild(SCRIPT, [], "hang", () => {}, 0.3, NEVER);
  assert.equal(late.stopped, "deadline");
  assert.equal(killedByAnother(late), false);
  assert.equal(diedOfMemory(late), false);
  const controller = new AbortController();
  const during = await runChild(SCRIPT, [], "hang", () => controller.abort(), 60, controller.signal);
  assert.equal(during.stopped, "interrupt");
  const before = await runChild(SCRIPT, [], "hang", () => {}, 60, controller.signal);
  assert.equal(before.stopped, "interrupt");
});

Deno.test("diedOfMemory() knows the words of V8, Rust and the drivers", () => {
  for (
    const words of [
      "#\n# Fatal JavaScript out of memory: Ineffective mark-compacts near heap limit",
      "memory allocation of 8589934592 bytes failed",
      "VK_ERROR_OUT_OF_DEVICE_MEMORY",
      "terminate called after throwing an instance of 'std::bad_alloc'",
      "GPUOutOfMemoryError: Not enough memory left.",
    ]
  ) {
    assert.equal(diedOfMemory(ended({ code: 134, lastErrors: [words] })), true, words);
    assert.equal(diedOfMemory(ended({ code: 0, lastErrors: [words] })), false, words);
  }
  assert.equal(diedOfMemory(ended({ code: 1, lastErrors: ["error: no such file"] })), false);
});

Deno.test("lastWords() prefers the error to the stack and the notes after it", () => {
  const lastErrors = [
    "warning: x",
    "error: Uncaught Error: what broke",
    "throw new Error()",
    "      ^",
    "    at file.ts:1:2",
  ];
  assert.equal(lastWords(ended({ lastErrors })), "Error: what broke");
  assert.equal(lastWords(ended({ lastErrors: [] })), null);
});

Deno.test("allowing() escapes commas, which separate paths", () => {
  assert.equal(allowing("read", ["/a,b", "/c"]), "--allow-read=/a,,b,/c");
});
