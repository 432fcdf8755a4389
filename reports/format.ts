import type { MeasuredKernel } from "./kernels_schema.ts";
import type { MachineEnvironment } from "./machine_schema.ts";
import type { Fit, ScalingReport, Summary } from "./schema.ts";

/** Three significant digits, without an exponent. */
export function significant(value: number): string {
  if (value === 0) return "0";
  const decimals = 2 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(Math.max(decimals, 0), 12));
}

interface Unit {
  readonly name: string;
  readonly size: number;
}

const SECONDS: readonly Unit[] = [{ name: "µs", size: 1e-6 }, { name: "ms", size: 1e-3 }, { name: "s", size: 1 }];
const BYTES: readonly Unit[] = [
  { name: "B", size: 1 },
  { name: "KiB", size: 2 ** 10 },
  { name: "MiB", size: 2 ** 20 },
  { name: "GiB", size: 2 ** 30 },
];

/** The greatest unit that keeps `value` at 1 or above. */
function unitFor(value: number, units: readonly Unit[]): Unit {
  return units.findLast(({ size }) => value >= size) ?? units[0];
}

/** A duration as "1.23 s", "45.6 ms" or "7.89 µs". */
export function formatSeconds(seconds: number): string {
  const { name, size } = unitFor(seconds, SECONDS);
  return `${significant(seconds / size)} ${name}`;
}

/** A size as "1.23 GiB", "45.6 MiB", ... */
export function formatBytes(bytes: number): string {
  const { name, size } = unitFor(bytes, BYTES);
  return `${significant(bytes / size)} ${name}`;
}

/** A summary as "1.23 s [1.20, 1.26]", all three in the median's unit; a single sample has no interval to show. */
export function formatSummary({ samples, median, lower, upper }: Summary): string {
  return samples.length === 1 ? `${formatSeconds(median)} (single)` : inBrackets(median, lower, upper, ", ");
}

/** Median, least and greatest as "1.23 s [1.20 – 1.26]", all three in the median's unit. */
export function formatSpread({ samples, median, min, max }: MeasuredKernel["seconds"]): string {
  return samples.length === 1 ? `${formatSeconds(median)} (single)` : inBrackets(median, min, max, " – ");
}

function inBrackets(middle: number, lower: number, upper: number, separator: string): string {
  const { name, size } = unitFor(middle, SECONDS);
  return `${significant(middle / size)} ${name} [${significant(lower / size)}${separator}${significant(upper / size)}]`;
}

/** A fitted exponent as "1.02 [0.99, 1.05]"; a fit without an interval says so. */
export function formatExponent(
  { exponent, lower, upper, method }: Pick<Fit, "exponent" | "lower" | "upper" | "method">,
): string {
  if (method === "none") return `${fixed(exponent, 2)} (no interval)`;
  const decimals = exponentDecimals(lower, upper);
  return `${fixed(exponent, decimals)} [${fixed(lower, decimals)}, ${fixed(upper, decimals)}]`;
}

/** Decimals in which an exponent's interval is shown. */
export function exponentDecimals(lower: number, upper: number): number {
  return upper - lower < 0.02 ? 3 : 2;
}

/** Fixed decimals without a minus sign before zero. */
export function fixed(value: number, decimals: number): string {
  const digits = value.toFixed(decimals);
  return Number(digits) === 0 ? (0).toFixed(decimals) : digits;
}

/** A length of audio as "16 min" or "16.4 min". */
export function formatMinutes(minutes: number): string {
  return `${Number.isInteger(minutes) ? minutes : Number(significant(minutes))} min`;
}

/** "5-30 min" from the least and the greatest of the lengths. */
export function formatRange(minutes: readonly number[]): string {
  const least = Math.min(...minutes);
  const greatest = Math.max(...minutes);
  return least === greatest
    ? formatMinutes(least)
    : `${formatMinutes(least).replace(" min", "")}–${formatMinutes(greatest)}`;
}

/** The device's name as a person would say it; both WebGPU implementations put it in the description. */
export function deviceName({ adapter }: Pick<MachineEnvironment, "adapter">): string {
  const name = adapter.description.trim() || `${adapter.vendor} ${adapter.device}`.trim() || "unnamed adapter";
  return adapter.is_software ? `${name} (software)` : name;
}

/** The engine, with its preset when the report has several. */
export function seriesName({ rows }: ScalingReport, { engine, preset }: { engine: string; preset: string }): string {
  return new Set(rows.map((row) => row.preset)).size > 1 ? `${engine} (${preset})` : engine;
}
