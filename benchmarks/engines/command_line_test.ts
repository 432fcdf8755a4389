import assert from "node:assert/strict";
import { splitCommand } from "./command_line.ts";

const split = (line: string): string[] => splitCommand(line, "--command");

Deno.test("splitCommand() splits as a POSIX shell does", () => {
  // Left: as it is typed. Right: what `printf '%s\n' ...` of dash prints.
  const cases: readonly [string, readonly string[]][] = [
    ["whisper-cli -f {wav}", ["whisper-cli", "-f", "{wav}"]],
    ["  a \t b  ", ["a", "b"]],
    [`a 'b c' "d e"`, ["a", "b c", "d e"]],
    [`a '' ""`, ["a", "", ""]],
    [`a b'c'"d"e`, ["a", "bcde"]],
    [String.raw`a b\ c \' \" \\`, ["a", "b c", "'", '"', "\\"]],
    [String.raw`a 'b\'`, ["a", "b\\"]],
    [String.raw`a "b\"c" "d\\e" "f\g" "\$x"`, ["a", 'b"c', "d\\e", "f\\g", "$x"]],
    [`a '$x | y' "it's"`, ["a", "$x | y", "it's"]],
    [String.raw`a \| \$x`, ["a", "|", "$x"]],
    ["a *.wav [x] ? x#y x~y --z={wav}", ["a", "*.wav", "[x]", "?", "x#y", "x~y", "--z={wav}"]],
    ["a b\\\nc", ["a", "bc"]],
    ["a b\n", ["a", "b"]],
    ["ü 'ñ 語'", ["ü", "ñ 語"]],
  ];
  for (const [line, words] of cases) assert.deepEqual(split(line), words, line);
});

Deno.test("splitCommand() refuses what a shell would act on, and says where it stands", () => {
  for (
    const line of [
      "a | b",
      "a; b",
      "a && b",
      "a > b",
      "a < b",
      "a (b)",
      "a $b",
      'a "$b"',
      "a `b`",
      "~/a",
      "a #b",
      "a\nb",
    ]
  ) {
    assert.throws(() => split(line), { name: "UsageError", message: /no shell runs it, so .* at character \d+/ }, line);
  }
  assert.throws(() => split("ab | c"), /so \| at character 4 /);
});

Deno.test("splitCommand() refuses quotes that do not end, a last backslash and no program", () => {
  assert.throws(() => split("a 'b"), { name: "UsageError", message: /quote ' at character 3 does not end/ });
  assert.throws(() => split('a "b'), { name: "UsageError", message: /quote " at character 3 does not end/ });
  assert.throws(() => split("a \\"), { name: "UsageError", message: /ends in a backslash/ });
  for (const line of ["", "  ", "''"]) assert.throws(() => split(line), /--command: names no program/);
});
