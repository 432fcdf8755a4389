import type { MeasuredRow, Quantity, Row } from "./schema.ts";

/** Everything that is fitted and compared, in the order in which reports show it. */
export const QUANTITIES: readonly Quantity[] = ["seconds", "encoder_seconds", "memory", "activation_memory"];

/** A quantity of one row: seconds with their interval, or bytes, whose interval is the figure itself. */
export interface Figure {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

/** The figure of a row; null where it has none, which a logarithm could not take either. */
export function figureOf(row: MeasuredRow, quantity: Quantity): Figure | null {
  if (quantity === "seconds") return row.seconds;
  if (quantity === "encoder_seconds") return row.encoder_seconds;
  const bytes = bytesOf(row, quantity);
  return bytes === null ? null : { median: bytes, lower: bytes, upper: bytes };
}

/** The raw samples behind that figure: memory is counted, not sampled, so it has one. */
export function samplesOf(row: MeasuredRow, quantity: Quantity): readonly number[] | null {
  if (quantity === "seconds") return row.seconds.samples;
  if (quantity === "encoder_seconds") return row.encoder_seconds?.samples ?? null;
  const bytes = bytesOf(row, quantity);
  return bytes === null ? null : [bytes];
}

function bytesOf({ memory }: MeasuredRow, quantity: "memory" | "activation_memory"): number | null {
  const { ledger_peak_bytes, ledger_peak_by_tag } = memory;
  if (quantity === "memory" || ledger_peak_bytes === null) return ledger_peak_bytes;
  const bytes = ledger_peak_bytes - (ledger_peak_by_tag.weights ?? NaN);
  return bytes > 0 ? bytes : null;
}

/** Whether any row has the quantity. */
export function isMeasured(rows: readonly Row[], quantity: Quantity): boolean {
  return rows.some((row) => row.status === "ok" && figureOf(row, quantity) !== null);
}

/**
 * Whether tables and drawings show a quantity: always the time; what has figures; and peak memory also where nothing at all
 * was measured.
 */
export function isShown(rows: readonly Row[], quantity: Quantity): boolean {
  if (quantity === "seconds" || isMeasured(rows, quantity)) return true;
  return quantity === "memory" && rows.every(({ status }) => status !== "ok");
}

/** Whether a quantity is a time, in seconds, or else memory, in bytes. */
export function isTime(quantity: Quantity): boolean {
  return quantity === "seconds" || quantity === "encoder_seconds";
}

const NAMES: Record<Quantity, string> = {
  seconds: "time, end to end",
  encoder_seconds: "time, encoder by GPU clock",
  memory: "memory, peak",
  activation_memory: "memory, peak less weights",
};

/** The quantity as tables name it. */
export function quantityName(quantity: Quantity): string {
  return NAMES[quantity];
}
