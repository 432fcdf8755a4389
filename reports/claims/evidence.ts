import { THRESHOLDS_SET } from "../claims.ts";
import { deviceName, significant } from "../format.ts";
import type { Bearing, Evidence, Numbers, PublishedReport, Source, Threshold } from "./claim.ts";

/** Who was measured, and in which setting. */
export type Subject = Pick<Evidence, "subject" | "setting">;

/** What is found before it is known where it comes from. */
export type Finding = Omit<Evidence, "sources" | "beforeThresholds">;

/** Where the figures of a report come from. */
export function sourceOf({ path, report: { environment } }: PublishedReport): Source {
  const { adapter, driver, cpu, cpu_cores, started_at: date, command } = environment;
  const device = adapter === null
    ? `${cpu}, ${cpu_cores} cores`
    : [deviceName({ adapter }), ...(driver === null ? [] : [`driver ${driver}`])].join(", ");
  return { report: path, device, date, command };
}

/** The evidence that a finding in these reports is. */
export function evidenceOf(finding: Finding, ...reports: readonly PublishedReport[]): Evidence {
  const sources = reports.map(sourceOf);
  return {
    ...finding,
    sources,
    beforeThresholds: sources.some(({ date }) => Date.parse(date) < Date.parse(THRESHOLDS_SET)),
  };
}

/** A finding that may not or cannot tell, with its figure where there is one. */
export function undecided(
  subject: Subject,
  because: string,
  shown: Partial<Pick<Finding, "figure" | "interval" | "numbers" | "margin">> = {},
): Finding {
  return {
    ...subject,
    figure: "–",
    interval: "–",
    numbers: null,
    margin: null,
    ...shown,
    bearing: "undecided",
    because,
  };
}

/** "8.88 times as fast at 30 min [8.70, 9.12]"; where there is no interval, why, in parentheses. */
export function figureWithInterval({ figure, interval }: Pick<Evidence, "figure" | "interval">): string {
  return `${figure} ${interval.startsWith("[") ? interval : `(${interval})`}`;
}

/** What the interval of baseline over samba says: better, not better, or neither. */
export function ratioBearing({ lower, upper }: Numbers, least: Threshold): Bearing {
  if (lower >= least.value) return "for";
  return upper < least.value ? "against" : "undecided";
}

/** What a ratio of baseline over samba is of, as a sentence with its figure in it. */
const RATIOS = {
  time: (times: string) => `${times} times as fast`,
  memory: (times: string) => `the other needs ${times} times as much`,
  rate: (times: string) => `the other's rate is ${times} times its own`,
  "short rate": (times: string) => `on short audio ${times} times its rate on long`,
};

/** "8.88 times as fast" and "[8.85, 8.92]"; memory, which is counted and not sampled, has no interval. */
export function shownRatio(
  numbers: Numbers,
  of: keyof typeof RATIOS,
): Pick<Finding, "figure" | "interval" | "numbers"> {
  const { value, lower, upper } = numbers;
  const interval = of === "memory" ? "counted, exact" : `[${significant(lower)}, ${significant(upper)}]`;
  return { figure: RATIOS[of](significant(value)), interval, numbers };
}
