import assert from "node:assert/strict";
import { inFolder } from "../download/testing.ts";
import { inputError } from "../testing.ts";
import { textSource } from "./source.ts";

const silent = (): void => {};

Deno.test("textSource() gives every sentence once, then all again in another order, drawn from the seed", () =>
  inFolder(async (folder) => {
    const path = `${folder}/text`;
    const lines = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
    await Deno.writeTextFile(path, lines.join("\n"));
    const source = await textSource(path, 1, silent);
    const pass = (from: number): string[] => lines.map((_, i) => source.sentence(from + i).join(" "));
    const [first, second] = [pass(0), pass(26)];
    assert.deepEqual([first.toSorted(), second.toSorted()], [lines, lines]);
    assert.notDeepEqual(first, lines);
    assert.notDeepEqual(first, second);
    assert.deepEqual(pass(0), first, "in any order of asking");
    const other = await textSource(path, 2, silent);
    assert.notDeepEqual(lines.map((_, i) => other.sentence(i).join(" ")), first);
  }));

Deno.test("textSource() reads gzip, and tells what it leaves out", () =>
  inFolder(async (folder) => {
    const path = `${folder}/text.gz`;
    const gzip = new Response("1-2-3 ONE TWO\n4\n").body!.pipeThrough(new CompressionStream("gzip"));
    await Deno.writeFile(path, gzip);
    const told: string[] = [];
    const source = await textSource(path, 1, (line) => told.push(line));
    assert.deepEqual([source.sentence(0), source.name], [["ONE", "TWO"], "text.gz"]);
    assert.deepEqual(told, [`${path}: 1 of 2 lines are left out (line 2 has "4", which is no letter A to Z)`]);
  }));

Deno.test("textSource() refuses what holds no text", () =>
  inFolder(async (folder) => {
    const path = `${folder}/text`;
    await assert.rejects(textSource(path, 1, silent), inputError(path, /no such file/));
    const cases: [Uint8Array<ArrayBuffer> | string, RegExp][] = [
      ["", /is empty/],
      [" \n\n", /holds no sentence to speak; give one a line/],
      ["1\n2\n", /holds no sentence to speak \(line 1 has "1"/],
      [Uint8Array.of(0xff, 0xfe, 0x41), /is not UTF-8 text/],
      [Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2), /damaged gzip/],
    ];
    for (const [content, pattern] of cases) {
      await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
      await assert.rejects(textSource(path, 1, silent), inputError(path, pattern));
    }
  }));
