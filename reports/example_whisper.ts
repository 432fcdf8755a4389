import { buildReport } from "./derive.ts";
import { exampleReport } from "./example_report.ts";
import { measuredRow, missingRow } from "./rows.ts";
import type { Row, ScalingReport } from "./schema.ts";
import { transcriptOf } from "./transcript.ts";

const SAID = "HE SAID THE COLOUR OF TWENTY TWO HORSES WAS GREY";
const HEARD = "He said the color of 22 houses was gray, sir.";

/**
 * The made-up report of `exampleReport` with more in it, for tests: whisper on the CPU, a length of it over budget, and a
 * trained samba-streaming, both with what they heard of recorded speech: 2 errors in 9 words.
 */
export function exampleWhisperReport(batch = 1): ScalingReport {
  const { environment, rows, frame_rate_hz } = exampleReport([batch]);
  const heard = rows.map((row) =>
    row.engine === "samba-streaming" && row.status === "ok" ? { ...row, transcript: transcriptOf(SAID, HEARD) } : row
  );
  const samba = rows.filter(({ engine }) => engine === "samba");
  return buildReport(
    {
      ...environment,
      weights: {
        "samba-streaming": {
          name: "samba.safetensors",
          sha256: "1".repeat(64),
          settings: { model: "samba-causal-base" },
        },
        whisper: {
          name: "whisper-base",
          sha256: "2".repeat(64),
          settings: { runtime: "onnxruntime-node 1", dtype: "q8" },
        },
      },
      dataset: { ...environment.dataset, source: "stitched" },
    },
    [...heard, ...samba.map(whisperRow)],
    frame_rate_hz,
    false,
  );
}

function whisperRow({ preset, minutes, batch, frames }: Row): Row {
  const point = {
    engine: "whisper",
    preset,
    minutes,
    batch,
    frames,
    forced_tokens: 0,
    micro_batch: 1,
    predicted_seconds: null,
  };
  if (minutes === 30) {
    const left = { ...point, micro_batch: null, predicted_seconds: 360 };
    return missingRow(left, "over-budget", "720 s expected, 600 s allowed");
  }
  const seconds = [1, 1.02, 0.97].map((factor) => factor * 12 * minutes * batch);
  const memory = {
    ledger_peak_bytes: null,
    ledger_peak_by_tag: {},
    reserved_peak_bytes: null,
    outside_peak_bytes: 650 * 2 ** 20,
    outside_source: "maxRSS" as const,
  };
  return { ...measuredRow(point, 0, seconds, [], memory, "9".repeat(64)), transcript: transcriptOf(SAID, HEARD) };
}
