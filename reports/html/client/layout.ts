import { type Axis, type AxisKind, lengthAxis, positionOn, valueAxis } from "./axis.ts";
import type { Chart, ChartSeries } from "./chart_model.ts";

/** What a reader chose to see. */
export interface ChartView {
  /** In CSS pixels. */
  readonly width: number;
  readonly x: AxisKind;
  readonly y: AxisKind;
  /** Names of the series that are left out. */
  readonly hidden: readonly string[];
}

/** A mark's place, and which point of which series it is. */
export interface Mark {
  readonly series: number;
  readonly point: number;
  readonly missing: boolean;
  readonly left: number;
  readonly top: number;
}

/** Where everything of a chart lies, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly box: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly x: Axis;
  readonly y: Axis;
  /** The unit of the vertical axis, and how many seconds or bytes it is. */
  readonly unit: string;
  readonly size: number;
  readonly shown: readonly ChartSeries[];
  /** By series, then by minutes: the order in which the arrow keys go. */
  readonly marks: readonly Mark[];
}

/** Lays out the series that are not hidden; the axes are those of what is shown. */
export function layoutOf(chart: Chart, view: ChartView): Layout {
  const { width } = view;
  const height = Math.round(Math.min(430, Math.max(280, 0.56 * width)));
  const box = { left: 52, right: width - 14, top: 26, bottom: height - 44 };
  const shown = chart.series.filter(({ name }) => !view.hidden.includes(name));
  const points = shown.flatMap((series) => series.points);
  const { unit, size } = unitOf(chart.unit, Math.max(0, ...points.map(({ value }) => value)));
  const y = valueAxis(points.flatMap(({ value, lower, upper }) => [value, lower, upper]).map((v) => v / size), view.y);
  const x = lengthAxis(
    chart.series.flatMap((series) => [...series.points, ...series.missing]).map(({ minutes }) => minutes),
    view.x,
  );
  const left = (minutes: number): number => positionOn(x, minutes, box.left, box.right);
  const missingAt = new Map<number, number>();
  const marks = shown.flatMap((series) => {
    const index = chart.series.indexOf(series);
    const measured = series.points.map(({ minutes, value }, point): Mark & { minutes: number } => {
      const top = positionOn(y, value / size, box.bottom, box.top);
      return { series: index, point, missing: false, left: left(minutes), top, minutes };
    });
    // Points that were not measured stand above the box, one beside the other where several engines have none.
    const missing = series.missing.map(({ minutes }, point): Mark & { minutes: number } => {
      const before = missingAt.get(minutes) ?? 0;
      missingAt.set(minutes, before + 1);
      return { series: index, point, missing: true, left: left(minutes) - 13 * before, top: box.top - 13, minutes };
    });
    return [...measured, ...missing].sort((p, q) => p.minutes - q.minutes).map(({ minutes: _, ...mark }) => mark);
  });
  return { width, height, box, x, y, unit, size, shown, marks };
}

function unitOf(unit: Chart["unit"], greatest: number): { unit: string; size: number } {
  if (unit === "seconds") return greatest < 1 ? { unit: "ms", size: 1e-3 } : { unit: "s", size: 1 };
  return greatest < 2 ** 30 ? { unit: "MiB", size: 2 ** 20 } : { unit: "GiB", size: 2 ** 30 };
}

/** The mark nearest to a place, no farther than `reach` pixels; -1 where there is none. */
export function nearestMark({ marks }: Layout, left: number, top: number, reach: number): number {
  let [best, index] = [reach, -1];
  marks.forEach((mark, i) => {
    const distance = Math.hypot(mark.left - left, mark.top - top);
    if (distance <= best) [best, index] = [distance, i];
  });
  return index;
}

/**
 * The mark that a key leads to from `active` (-1: none yet): left and right go along a series, up and down to the next
 * series' mark that lies nearest sideways, Home and End to the series' ends; null where the key means nothing here.
 */
export function markByKey({ marks }: Layout, active: number, key: string): number | null {
  const known = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(key);
  if (!known || marks.length === 0) return null;
  if (active < 0) return 0;
  const { series, left } = marks[active];
  const own = marks.flatMap((mark, i) => mark.series === series ? [i] : []);
  const place = own.indexOf(active);
  if (key === "ArrowLeft") return own[Math.max(0, place - 1)];
  if (key === "ArrowRight") return own[Math.min(own.length - 1, place + 1)];
  if (key === "Home") return own[0];
  if (key === "End") return own[own.length - 1];
  const all = [...new Set(marks.map((mark) => mark.series))];
  const step = key === "ArrowDown" ? 1 : -1;
  const next = all[(all.indexOf(series) + step + all.length) % all.length];
  const others = marks.flatMap((mark, i) => mark.series === next ? [i] : []);
  return others.reduce((best, i) => Math.abs(marks[i].left - left) < Math.abs(marks[best].left - left) ? i : best);
}
