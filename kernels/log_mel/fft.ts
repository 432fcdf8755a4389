import { joined, unroll } from "../gpu/mod.ts";

/**
 * Writes a mixed-radix Stockham transform in workgroup memory as WGSL. A stage of radix r reads r elements that lie
 * points / r apart, turns them by their twiddle factors, transforms them by an unrolled butterfly and writes them to the
 * other of two arrays in the order that the next stage wants, so no bit reversal is needed (Govindaraju et al. 2008).
 */

/** Radices with an unrolled butterfly; any other factor is a prime and is summed as it stands. */
const UNROLLED: readonly number[] = [2, 3, 4, 5, 8];

/**
 * Factors of `points` for the stages, in their order: odd ones first (their strides cause no bank conflicts), then as few
 * powers of two as go. [] for one point.
 */
export function radices(points: number): number[] {
  const found: number[] = [];
  let rest = points;
  for (let p = 3; p <= rest; p += 2) {
    for (; rest % p === 0; rest /= p) found.push(p);
  }
  let exponent = Math.log2(rest);
  while (exponent > 0) {
    // 16 = 4·4 rather than 8·2
    const step = exponent === 4 || exponent === 2 ? 2 : Math.min(3, exponent);
    found.push(2 ** step);
    exponent -= step;
  }
  return found;
}

/** WGSL that a transform needs. */
export const COMPLEX_WGSL = `
fn times(a: vec2f, b: vec2f) -> vec2f { return vec2f(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }
fn turned(a: vec2f) -> vec2f { return vec2f(a.y, -a.x); } // times −i`;

const number = (v: number) => v.toPrecision(17);

/** Declares `${out}0` … as the transform of the named values. */
function butterfly(v: readonly string[], out: string): string {
  const r = v.length;
  const names = (prefix: string) => Array.from({ length: r }, (_, i) => `${prefix}${i}`);
  const lets = (values: readonly string[]) => values.map((value, i) => `let ${out}${i} = ${value};`).join("\n");
  if (r === 2) return lets([`${v[0]} + ${v[1]}`, `${v[0]} - ${v[1]}`]);
  if (r === 3) {
    return `
let ${out}s = ${v[1]} + ${v[2]};
let ${out}c = ${v[0]} - 0.5 * ${out}s;
let ${out}d = ${number(Math.sqrt(0.75))} * turned(${v[1]} - ${v[2]});
${lets([`${v[0]} + ${out}s`, `${out}c + ${out}d`, `${out}c - ${out}d`])}`;
  }
  if (r === 4) {
    return `
let ${out}a = ${v[0]} + ${v[2]};
let ${out}b = ${v[0]} - ${v[2]};
let ${out}c = ${v[1]} + ${v[3]};
let ${out}d = turned(${v[1]} - ${v[3]});
${lets([`${out}a + ${out}c`, `${out}b + ${out}d`, `${out}a - ${out}c`, `${out}b - ${out}d`])}`;
  }
  if (r === 5) {
    const [c1, c2] = [1, 2].map((i) => number(Math.cos(2 * Math.PI * i / 5)));
    const [s1, s2] = [1, 2].map((i) => number(Math.sin(2 * Math.PI * i / 5)));
    return `
let ${out}a = ${v[1]} + ${v[4]};
let ${out}b = ${v[2]} + ${v[3]};
let ${out}c = ${v[1]} - ${v[4]};
let ${out}d = ${v[2]} - ${v[3]};
let ${out}e = ${v[0]} + ${c1} * ${out}a + ${c2} * ${out}b;
let ${out}f = ${v[0]} + ${c2} * ${out}a + ${c1} * ${out}b;
let ${out}g = turned(${s1} * ${out}c + ${s2} * ${out}d);
let ${out}h = turned(${s2} * ${out}c - ${s1} * ${out}d);
${
      lets([
        `${v[0]} + ${out}a + ${out}b`,
        `${out}e + ${out}g`,
        `${out}f + ${out}h`,
        `${out}f - ${out}h`,
        `${out}e - ${out}g`,
      ])
    }`;
  }
  const half = number(Math.SQRT1_2);
  const [even, odd] = [`${out}e`, `${out}o`];
  const [e, o] = [names(even), names(odd)];
  const turnedOdd = [
    o[0],
    `${half} * (${o[1]} + turned(${o[1]}))`,
    `turned(${o[2]})`,
    `${half} * (turned(${o[3]}) - ${o[3]})`,
  ];
  return `
${butterfly([v[0], v[2], v[4], v[6]], even)}
${butterfly([v[1], v[3], v[5], v[7]], odd)}
${unroll(4, (i) => `let ${out}t${i} = ${turnedOdd[i]};`)}
${lets([0, 1, 2, 3, 4, 5, 6, 7].map((i) => `${e[i % 4]} ${i < 4 ? "+" : "-"} ${out}t${i % 4}`))}`;
}

/** One stage's place in a workgroup that transforms `frames` frames of `points` points with `threads` invocations. */
export interface Stage {
  readonly points: number;
  readonly radix: number;
  /** Product of the radices of the stages before. */
  readonly done: number;
  readonly frames: number;
  readonly threads: number;
  /** `roots` holds this many times `points` roots of unity. */
  readonly rootsPerPoint: number;
}

/**
 * WGSL of one stage: `read(frame, index)` gives an input element (both arguments are WGSL), `to` is the array written.
 * The caller puts barriers between stages.
 */
export function stage(s: Stage, read: (frame: string, index: string) => string, to: string): string {
  return UNROLLED.includes(s.radix) ? unrolledStage(s, read, to) : primeStage(s, read, to);
}

/** Loops over `count` pieces of work a frame: declares `frame` and `j`. */
function overFrames({ frames, threads }: Stage, count: number, body: string): string {
  return `
for (var i = local; i < ${frames * count}u; i += ${threads}u) {
  let frame = i / ${count}u;
  let j = i % ${count}u;
  ${body}
}`;
}

function unrolledStage(s: Stage, read: (frame: string, index: string) => string, to: string): string {
  const { points, radix, done, rootsPerPoint } = s;
  const stride = points / radix;
  const turn = rootsPerPoint * points / (done * radix);
  return overFrames(
    s,
    stride,
    `
  let phase = j % ${done}u;
  ${
      unroll(radix, (k) => {
        const value = read("frame", `j + ${k * stride}u`);
        return `let v${k} = ${done === 1 || k === 0 ? value : `times(${value}, roots[phase * ${k * turn}u])`};`;
      })
    }
  ${butterfly(Array.from({ length: radix }, (_, k) => `v${k}`), "w")}
  let at = frame * ${points}u + (j / ${done}u) * ${done * radix}u + phase;
  ${unroll(radix, (k) => `${to}[at + ${k * done}u] = w${k};`)}`,
  );
}

/** A radix without butterfly: each invocation sums one output of one transform. */
function primeStage(s: Stage, read: (frame: string, index: string) => string, to: string): string {
  const { points, radix, done, rootsPerPoint } = s;
  const stride = points / radix;
  return overFrames(
    s,
    points,
    `
  let first = j % ${stride}u; // of the inputs
  let output = j / ${stride}u;
  let phase = first % ${done}u;
  let turn = (phase + output * ${done}u) * ${points / (done * radix)}u;
  var sum = vec2f();
  var root = 0u;
  for (var k = 0u; k < ${radix}u; k++) {
    sum += times(${read("frame", `first + k * ${stride}u`)}, roots[root * ${rootsPerPoint}u]);
    root += turn;
    if (root >= ${points}u) { root -= ${points}u; }
  }
  ${to}[frame * ${points}u + (first / ${done}u) * ${done * radix}u + phase + output * ${done}u] = sum;`,
  );
}

/** "5·5·8": stages in names. */
export function describeRadices(list: readonly number[]): string {
  return joined(list.length, "·", (i) => String(list[i])) || "1";
}
