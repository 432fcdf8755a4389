import { compareText } from "../compare.ts";
import type { Alteration, Subject } from "./alter.ts";
import { compareDrawing } from "./drawings.ts";

const NUMBER = /\d+(?:\.\d+)?/g;

/** A text with the number that begins at `at` altered by one in its last digit. */
function withDigit(text: string, at: number, digits: string, last: number): string {
  const position = at + last;
  const digit = (Number(digits[last]) + 1) % 10;
  return text.slice(0, position) + digit + text.slice(position + 1);
}

/** Every number of the Markdown, by one in its last digit. */
export function markdownAlterations(
  { markdown, markdownName }: Subject,
): Alteration[] {
  return [...markdown.matchAll(NUMBER)].map(({ 0: digits, index }) => {
    const line = `${markdownName} line ${markdown.slice(0, index).split("\n").length}`;
    return {
      place: `${line}, ${digits}`,
      pattern: markdownName,
      named: () => {
        const altered = withDigit(markdown, index, digits, digits.length - 1);
        return Promise.resolve(compareText(altered, markdown, markdownName).map(({ where }) => where));
      },
      isNamed: (places) => places.includes(line),
    };
  });
}

/** Significant digits of a drawing's number that are compared. */
const DRAWN_DIGITS = 8;

/** Every number of the drawings, by one in its last digit, or in its eighth where it has more. */
export function drawingAlterations({ drawings }: Subject): Alteration[] {
  return [...drawings].flatMap(([file, svg]) =>
    [...svg.matchAll(NUMBER)].map(({ 0: digits, index }): Alteration => {
      const altered = withDigit(svg, index, digits, lastCompared(digits));
      return {
        place: `${file} column ${index + 1}, ${digits}`,
        pattern: file,
        named: () => Promise.resolve(compareDrawing(altered, svg, file).map(({ where }) => where)),
        isNamed: (places) => places.some((place) => liesAt(place, svg, file, index, digits)),
      };
    })
  );
}

function lastCompared(digits: string): number {
  let significant = 0;
  for (const [i, digit] of [...digits].entries()) {
    if (digit === "." || significant === 0 && digit === "0") continue;
    significant++;
    if (significant === DRAWN_DIGITS) return i;
  }
  return digits.length - 1;
}

/** Whether "time.svg line 1 column 812" lies within the number, or at its sign. */
function liesAt(place: string, svg: string, file: string, index: number, digits: string): boolean {
  const match = /^(\S+) line (\d+) column (\d+)$/.exec(place);
  if (match === null || match[1] !== file) return false;
  const lines = svg.split("\n").slice(0, Number(match[2]) - 1);
  const offset = lines.join("\n").length + lines.length + Number(match[3]) - 1;
  return offset >= index - 1 && offset <= index + digits.length;
}
