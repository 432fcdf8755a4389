import { QUANTITIES, samplesOf } from "./quantity.ts";
import { LEVEL, RESAMPLES, SEED } from "./rows.ts";
import { type CrossoverRow, type Environment, type Fit, type Quantity, type Row, SCHEMA_VERSION } from "./schema.ts";
import type { ScalingReport } from "./schema.ts";
import { crossover } from "./statistics/crossover.ts";
import { fitPowerLaw, type MeasuredPoint } from "./statistics/power_law.ts";

/** Measured points of one engine, preset, batch and quantity, by minutes. */
interface Series {
  readonly engine: string;
  readonly preset: string;
  readonly batch: number;
  readonly quantity: Quantity;
  readonly points: readonly MeasuredPoint[];
}

/** Whether an engine is one of the recognisers whose claim is tested: samba, samba-causal, samba-streaming. */
export function isSamba(engine: string): boolean {
  return engine === "samba" || engine.startsWith("samba-");
}

/** Series of the rows that have the quantity, engines in the order of their first row, batches ascending. */
function seriesOf(rows: readonly Row[], quantity: Quantity): Series[] {
  const groups = new Map<string, { engine: string; preset: string; batch: number; points: MeasuredPoint[] }>();
  for (const row of rows) {
    if (row.status !== "ok") continue;
    const samples = samplesOf(row, quantity);
    if (samples === null) continue;
    const { engine, preset, batch, minutes } = row;
    const key = JSON.stringify([engine, preset, batch]);
    const group = groups.get(key) ?? { engine, preset, batch, points: [] };
    group.points.push({ x: minutes, samples });
    groups.set(key, group);
  }
  return [...groups.values()].sort((p, q) => p.batch - q.batch).map((group) => ({ ...group, quantity }));
}

/** Exponents of every quantity against minutes for each engine, preset and batch that has it at two lengths or more. */
export function deriveFits(rows: readonly Row[], frameRateHz: number): Fit[] {
  return QUANTITIES.flatMap((quantity) => seriesOf(rows, quantity)).flatMap((series) => {
    const fit = fitPowerLaw(series.points, LEVEL, RESAMPLES, SEED);
    if (fit === null) return [];
    const { engine, preset, batch, quantity } = series;
    const { tailExponent, ...figures } = fit;
    return [{ engine, preset, batch, quantity, frame_rate_hz: frameRateHz, ...figures, tail_exponent: tailExponent }];
  });
}

/** Every samba engine against every other engine of the same preset and batch, in each quantity that both have. */
export function deriveCrossovers(rows: readonly Row[], frameRateHz: number): CrossoverRow[] {
  return QUANTITIES.flatMap((quantity) => {
    const all = seriesOf(rows, quantity);
    return all.filter(({ engine }) => isSamba(engine)).flatMap((a) =>
      all.filter((b) => !isSamba(b.engine) && b.preset === a.preset && b.batch === a.batch)
        .map((b) => crossoverRow(a, b, frameRateHz))
    );
  });
}

function crossoverRow(a: Series, b: Series, frameRateHz: number): CrossoverRow {
  const { kind, x, lower, upper, commonPoints, agreement, extrapolated } = crossover(
    a.points,
    b.points,
    LEVEL,
    RESAMPLES,
    SEED,
  );
  return {
    a: a.engine,
    b: b.engine,
    preset: a.preset,
    batch: a.batch,
    quantity: a.quantity,
    frame_rate_hz: frameRateHz,
    kind,
    minutes: x,
    lower,
    upper,
    common_points: commonPoints,
    agreement,
    extrapolated: extrapolated && { minutes: extrapolated.x, a_lower: extrapolated.aLower },
  };
}

/** The report of `rows`, its fits and crossovers derived from them; `interrupted` by a signal or not. */
export function buildReport(
  environment: Environment,
  rows: readonly Row[],
  frameRateHz: number,
  interrupted: boolean,
): ScalingReport {
  return {
    kind: "scaling",
    schema_version: SCHEMA_VERSION,
    interrupted,
    frame_rate_hz: frameRateHz,
    environment,
    rows: [...rows],
    fits: deriveFits(rows, frameRateHz),
    crossovers: deriveCrossovers(rows, frameRateHz),
  };
}
