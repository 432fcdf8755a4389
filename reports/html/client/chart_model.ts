/** A point of a chart, in seconds or bytes. */
export interface ChartPoint {
  readonly minutes: number;
  readonly value: number;
  /** Its 95 % interval; both repeat `value` where it is counted and has none. */
  readonly lower: number;
  readonly upper: number;
  /** What else a reader may want to know of it: "10 repeats", "outside peak 2.88 GiB". */
  readonly note: string;
}

/** A point that was asked for and not measured. */
export interface MissingPoint {
  readonly minutes: number;
  /** Status and reason: "over-limit: a tensor ...". */
  readonly reason: string;
}

/** An engine's points, with the line c · minutes^exponent through them, ln c being `intercept`. */
export interface ChartSeries {
  readonly name: string;
  /** What the legend says beside the name: the exponent with its interval, or nothing. */
  readonly detail: string;
  /** Index of its colour and its shape. */
  readonly style: number;
  readonly points: readonly ChartPoint[];
  readonly missing: readonly MissingPoint[];
  readonly fit: { readonly intercept: number; readonly exponent: number } | null;
}

/** A quantity against minutes of audio. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly unit: "seconds" | "bytes";
  /** What the vertical axis counts, without the unit. */
  readonly counts: string;
  readonly series: readonly ChartSeries[];
}
