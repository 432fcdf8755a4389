import type { TopLevelSpec } from "vega-lite";
import { CHART_THEME, INK } from "../../reports/chart_theme.ts";
import { renderSpec } from "../../reports/render_spec.ts";
import { writeFile } from "../../reports/write_file.ts";
import { readLog, type TrainingLog } from "./log.ts";

/** The file of a run's curves in its folder. */
export const CURVES_FILE = "curves.svg";

/** Okabe and Ito's colours, safe for colour blindness. */
const COLORS = { ctc: "#0072B2", decoder: "#D55E00", rate: "#009E73" };

/** A curve shows no more points than it has pixels. */
const MOST_POINTS = 720;

interface Point {
  readonly step: number;
  readonly value: number;
  readonly head: string;
}

/** What one panel shows: points by head ("CTC", "decoder"), or of one curve. */
interface Panel {
  readonly title: string;
  readonly points: readonly Point[];
  readonly height: number;
  readonly log: boolean;
  readonly marks: boolean;
}

/** Vega-Lite specification of a run's loss, dev WER and learning rate against its steps, one above the other. */
export function curvesSpec({ header, lines }: TrainingLog): TopLevelSpec {
  const panels = panelsOf(lines).filter(({ points }) => points.length > 0);
  const steps = Math.max(1, ...lines.map(({ step }) => step));
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    padding: 16,
    title: { text: `Training of ${header.config.name}`, subtitle: subtitle(header), anchor: "start", offset: 18 },
    spacing: 28,
    vconcat: panels.map((panel, i) => panelSpec(panel, steps, i === panels.length - 1)),
    resolve: { scale: { color: "shared" } },
    config: CONFIG,
  } as TopLevelSpec;
}

function panelsOf(lines: TrainingLog["lines"]): Panel[] {
  const steps = lines.filter((line) => line.kind === "steps");
  const dev = lines.filter((line) => line.kind === "dev");
  const every = Math.ceil(steps.length / MOST_POINTS);
  const thinned = steps.filter((_, i) => i % every === 0 || i === steps.length - 1);
  const points = <T extends { step: number }>(of: readonly T[], head: string, value: (line: T) => number | null) =>
    of.flatMap((line): Point[] => {
      const found = value(line);
      return found === null ? [] : [{ step: line.step, value: found, head }];
    });
  const loss = [...points(thinned, "CTC", (l) => l.ctc_loss), ...points(thinned, "decoder", (l) => l.ce_loss)];
  return [
    {
      title: "loss, nats a token",
      points: loss,
      height: 240,
      // A loss of zero has no place on a logarithmic axis.
      log: loss.every(({ value }) => value > 0),
      marks: false,
    },
    {
      title: "dev WER, %",
      points: [
        ...points(dev, "CTC", (l) => l.wer_ctc === null ? null : 100 * l.wer_ctc),
        ...points(dev, "decoder", (l) => l.wer_greedy === null ? null : 100 * l.wer_greedy),
      ],
      height: 180,
      log: false,
      marks: true,
    },
    {
      title: "learning rate",
      points: points(thinned, "rate", (l) => l.learning_rate),
      height: 80,
      log: false,
      marks: false,
    },
  ];
}

function panelSpec({ title, points, height, log, marks }: Panel, steps: number, last: boolean) {
  const isRate = points[0].head === "rate";
  return {
    width: MOST_POINTS,
    height,
    data: { values: points },
    mark: { type: "line", strokeWidth: marks ? 2 : 1.2, ...(marks ? { point: { size: 40 } } : {}) },
    encoding: {
      x: {
        field: "step",
        type: "quantitative",
        scale: { domain: [0, steps], nice: false },
        axis: { title: last ? "step" : null, format: ",~r", tickCount: 8 },
      },
      y: {
        field: "value",
        type: "quantitative",
        scale: log ? { type: "log" } : { type: "linear", zero: true },
        // Above the axis: read without turning the head.
        axis: {
          title,
          titleAngle: 0,
          titleAlign: "left",
          titleX: 0,
          titleY: -8,
          format: ",~r",
          tickCount: height / 40,
        },
      },
      color: isRate ? { value: COLORS.rate } : {
        field: "head",
        type: "nominal",
        scale: { domain: ["CTC", "decoder"], range: [COLORS.ctc, COLORS.decoder] },
        legend: { title: null, orient: "top-right" },
      },
    },
  };
}

function subtitle({ config, data, device, parameters }: TrainingLog["header"]): string[] {
  const hours = (seconds: number) => `${(seconds / 3600).toPrecision(2)} h`;
  return [
    `${device} · ${(parameters / 1e6).toPrecision(3)} M weights · seed ${config.seed}`,
    `trained on ${data.train_utterances} utterances (${hours(data.train_seconds)}), ` +
    `dev ${data.dev_utterances} (${hours(data.dev_seconds)})`,
  ];
}

const CONFIG = { ...CHART_THEME, legend: { labelColor: INK, labelFontSize: 12 } };

/** A run's curves as SVG. */
export async function renderCurves(log: TrainingLog): Promise<string> {
  return await renderSpec(curvesSpec(log));
}

/** Draws the curves of the run in `folder` beside its log, if it has one. Throws InputError where they cannot be written. */
export async function writeCurves(folder: string): Promise<void> {
  const log = await readLog(folder);
  if (log) await writeFile(folder, CURVES_FILE, await renderCurves(log));
}
