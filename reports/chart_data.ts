import type { Figure } from "./quantity.ts";

/** One mark of a chart, in the chart's unit. */
export interface Datum {
  readonly label: string;
  readonly batch: number;
  readonly minutes: number;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** A chart's marks. */
export interface ChartData {
  readonly points: readonly Datum[];
  /** Memory as it was seen from outside. */
  readonly outside: readonly Datum[];
  /** Both ends of each fitted line. */
  readonly lines: readonly Datum[];
  readonly unit: string;
}

/** A measured point, in seconds or bytes; `label`: what the legend calls its engine. */
export interface ChartPoint {
  readonly label: string;
  readonly batch: number;
  readonly minutes: number;
  readonly figure: Figure;
  readonly outside: number | null;
}

/** A fitted line exp(intercept) · minutes^exponent. */
export interface ChartFit {
  readonly label: string;
  readonly batch: number;
  readonly intercept: number;
  readonly exponent: number;
}

/** The marks of points and of the lines through them, in the unit that suits the greatest of them. */
export function chartData(measured: readonly ChartPoint[], fits: readonly ChartFit[], isTime: boolean): ChartData {
  const greatest = Math.max(0, ...measured.map(({ figure }) => figure.median));
  const { unit, size } = isTime
    ? (greatest < 1 ? { unit: "ms", size: 1e-3 } : { unit: "s", size: 1 })
    : (greatest < 2 ** 30 ? { unit: "MiB", size: 2 ** 20 } : { unit: "GiB", size: 2 ** 30 });
  const at = ({ label, batch, minutes }: ChartPoint, { median, lower, upper }: Figure): Datum => (
    { label, batch, minutes, value: median / size, lower: lower / size, upper: upper / size }
  );
  const points = measured.map((point) => at(point, point.figure));
  const outside = measured.flatMap((point) => {
    const { outside: seen } = point;
    return seen === null || seen === 0 ? [] : [at(point, { median: seen, lower: seen, upper: seen })];
  });
  const lines = fits.flatMap(({ label, batch, intercept, exponent }) => {
    const own = points.filter((datum) => datum.label === label && datum.batch === batch);
    const ends = [Math.min(...own.map((d) => d.minutes)), Math.max(...own.map((d) => d.minutes))];
    return ends.map((minutes) => {
      const value = Math.exp(intercept + exponent * Math.log(minutes)) / size;
      return { label, batch, minutes, value, lower: value, upper: value };
    });
  });
  return { points, outside, lines, unit };
}
