import assert from "node:assert/strict";
import colours from "./style/colours.css" with { type: "text" };

type Rgb = readonly [number, number, number];

/** Colours of the style sheet by name: of light ground, of dark, and those that paper has of its own. */
const [LIGHT, DARK, PAPER, ...MORE] = colours.match(/:root \{[^}]*\}/g)!.map((block) =>
  new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, linear(value)]))
);

/** Of light ground, of dark, and of paper. */
const THEMES = [LIGHT, DARK, new Map([...LIGHT, ...PAPER]), ...MORE];

function linear(hex: string): Rgb {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4) as unknown as Rgb;
}

/** What people without one kind of cone see, of linear RGB: Machado, Oliveira and Fernandes 2009, severity 1. */
const VISION: Readonly<Record<string, readonly Rgb[]>> = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

function seen(rgb: Rgb, vision: readonly Rgb[]): Rgb {
  return vision.map((row) =>
    Math.min(1, Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2]))
  ) as unknown as Rgb;
}

/** CIE L*a*b* of linear sRGB, white D65. */
function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number): number => t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29;
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(a: Rgb, b: Rgb): number {
  const [p, q] = [lab(a), lab(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

/** Contrast ratio of WCAG 2. */
function contrast(a: Rgb, b: Rgb): number {
  const [dark, light] = [a, b].map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b).sort((p, q) => p - q);
  return (light + 0.05) / (dark + 0.05);
}

Deno.test("engines' colours differ by 20 of CIE L*a*b* for every kind of colour vision, on light ground, dark and paper", () => {
  assert.equal(THEMES.length, 3);
  for (const [t, theme] of THEMES.entries()) {
    for (const [name, vision] of Object.entries(VISION)) {
      for (let i = 0; i < 9; i++) {
        for (let j = 0; j < i; j++) {
          const [a, b] = [i, j].map((k) => seen(theme.get(`c${k}`)!, vision));
          assert.ok(
            distance(a, b) >= 20,
            `theme ${t}, ${name}: c${j} and c${i} differ by ${distance(a, b).toFixed(1)}`,
          );
        }
      }
    }
  }
});

Deno.test("marks stand out from the ground 3 to 1, and text 4.5 to 1, as WCAG 2.2 asks", () => {
  for (const [t, theme] of THEMES.entries()) {
    const [light, , print] = THEMES;
    const of = (name: string): Rgb => theme.get(name) ?? (theme === print ? light.get(name)! : assert.fail(name));
    const check = (mark: string, ground: string, least: number): void =>
      assert.ok(
        contrast(of(mark), of(ground)) >= least,
        `theme ${t}: ${mark} on ${ground}: ${contrast(of(mark), of(ground)).toFixed(2)}`,
      );
    for (let i = 0; i < 9; i++) check(`c${i}`, "ground", 3);
    for (const line of ["sub-line", "del-line", "ins-line"]) check(line, "ground", 3);
    for (const mark of ["sub", "del", "ins", "ground", "raised"]) check("ink", mark, 4.5);
    for (const text of ["faint", "link", "good", "bad"]) for (const on of ["ground", "raised"]) check(text, on, 4.5);
  }
});
