import { niceDomain, ticks } from "../../plot_axis.ts";

/** How an axis spreads its values. */
export type AxisKind = "log" | "linear";

/** One axis of a chart: ends and ticks in the chart's unit. */
export interface Axis {
  readonly kind: AxisKind;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** An axis that holds all `values`, which a logarithm must be able to take; a linear one begins at 0. */
export function valueAxis(values: readonly number[], kind: AxisKind): Axis {
  if (kind === "linear") return linearAxis(Math.max(0, ...values));
  const [low, high] = niceDomain(values);
  return { kind, low, high, ticks: ticks([low, high]) };
}

/** An axis of lengths of audio: logarithmic, its ticks are the lengths themselves. */
export function lengthAxis(minutes: readonly number[], kind: AxisKind): Axis {
  const lengths = [...new Set(minutes)].sort((p, q) => p - q);
  const [least, greatest] = [lengths[0] ?? 1, lengths.at(-1) ?? 10];
  if (kind === "linear") return linearAxis(greatest * 1.04);
  return { kind, low: least / 1.12, high: greatest * 1.12, ticks: lengths };
}

function linearAxis(greatest: number): Axis {
  const step = niceStep((greatest || 1) / 5);
  const high = greatest || 1;
  const count = Math.floor(high / step + 1e-9);
  // A multiple, not a sum: 0.1 + 0.2 is no tick's label.
  return {
    kind: "linear",
    low: 0,
    high: high * 1.06,
    ticks: Array.from({ length: count + 1 }, (_, i) => tidy(i * step)),
  };
}

/** 1, 2 or 5 times a power of ten, at or above `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return tidy(([1, 2, 5, 10].find((digit) => digit * power >= least * (1 - 1e-9)) ?? 10) * power);
}

function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** Where `value` lies between `from`, the axis' low end, and `to`, its high end, in pixels. */
export function positionOn({ kind, low, high }: Axis, value: number, from: number, to: number): number {
  const share = kind === "linear"
    ? (value - low) / (high - low)
    : (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low));
  return from + share * (to - from);
}

/** Those of `ticks` whose labels keep `gap` pixels from the last one kept; the ends of the axis come first. */
export function uncrowded(axis: Axis, from: number, to: number, gap: number): number[] {
  const at = (tick: number): number => positionOn(axis, tick, from, to);
  const kept: number[] = [];
  // The longest length says how far the chart reaches: it is kept, and its neighbours give way.
  for (const tick of [...axis.ticks].reverse()) {
    if (kept.every((other) => Math.abs(at(other) - at(tick)) >= gap)) kept.push(tick);
  }
  return kept.reverse();
}
