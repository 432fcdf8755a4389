import { buildReport } from "./derive.ts";
import type { MachineEnvironment } from "./machine_schema.ts";
import { measuredRow, missingRow, type Point } from "./rows.ts";
import type { Environment, Row, ScalingReport } from "./schema.ts";
import { seededRandom } from "./statistics/random.ts";

const FRAME_RATE_HZ = 25;

/** Made-up cost in seconds and bytes of `minutes` of audio, for each engine. */
const COSTS: Record<string, (minutes: number) => { seconds: number; bytes: number }> = {
  "samba": (m) => ({ seconds: 0.02 * m, bytes: (60 + 90 * m) * 2 ** 20 }),
  "samba-streaming": (m) => ({ seconds: 0.05 * m, bytes: 96 * 2 ** 20 }),
  "transformer-naive": (m) => ({ seconds: 0.01 * m + 0.006 * m ** 2, bytes: (60 + 400 * m ** 2) * 2 ** 20 }),
  "transformer-flash": (m) => ({ seconds: 0.01 * m + 0.001 * m ** 2, bytes: (60 + 70 * m) * 2 ** 20 }),
};

/** Of every engine, and a part of the bytes above. */
const WEIGHT_BYTES = 48 * 2 ** 20;

/** The transformers compute the same function; at 10 minutes a frame is flipped. */
function tokensHash(engine: string, minutes: number): string {
  const family = engine.startsWith("transformer") && minutes !== 10 ? "transformer" : engine;
  return [...`${family} ${minutes}`].map((char) => char.charCodeAt(0).toString(16)).join("").padEnd(64, "0");
}

/** Reports by their batches: the tests ask for the same few over and over. */
const made = new Map<string, ScalingReport>();

/**
 * A made-up report for tests: four engines, 5 to 30 minutes, one point out of memory and one over budget. Every call
 * gives a copy of its own.
 */
export function exampleReport(batches: readonly number[] = [1]): ScalingReport {
  const key = batches.join();
  const report = made.get(key) ?? makeReport(batches);
  made.set(key, report);
  return structuredClone(report);
}

function makeReport(batches: readonly number[]): ScalingReport {
  const random = seededRandom(17);
  const rows: Row[] = [];
  for (const batch of batches) {
    for (const [engine, cost] of Object.entries(COSTS)) {
      for (const minutes of [5, 10, 20, 30]) rows.push(exampleRow(engine, minutes, batch, cost(minutes), random));
    }
  }
  return buildReport(exampleEnvironment(), rows, FRAME_RATE_HZ, false);
}

function exampleRow(
  engine: string,
  minutes: number,
  batch: number,
  { seconds, bytes }: { seconds: number; bytes: number },
  random: () => number,
): Row {
  const point: Point = {
    engine,
    preset: "base",
    minutes,
    batch,
    frames: minutes * 60 * FRAME_RATE_HZ,
    forced_tokens: 32,
    micro_batch: 1,
    predicted_seconds: null,
  };
  const naive = engine === "transformer-naive";
  if (naive && minutes === 30) {
    return missingRow(
      { ...point, micro_batch: null },
      "out-of-memory",
      "scores need 160 GiB | the adapter has 139 GiB",
    );
  }
  if (naive && minutes === 20) {
    return missingRow(
      { ...point, micro_batch: null, predicted_seconds: 412 },
      "over-budget",
      "412 s expected, 60 s left",
    );
  }
  const repeats = minutes === 30 ? 5 : 10;
  const samples = Array.from({ length: repeats }, () => seconds * batch * (1 + 0.04 * random()));
  if (engine === "samba" && minutes === 10) samples[3] *= 2;
  const share = (part: number): number[] => samples.map((sample) => part * sample);
  const ledger = Math.round(bytes * batch);
  return measuredRow(point, 2, samples, [
    { name: "log_mel", clock: "gpu", samples: share(0.1) },
    { name: "encoder", clock: "gpu", samples: share(engine === "samba" ? 0.6 : 0.7) },
    { name: "ctc", clock: "gpu", samples: share(0.05) },
    { name: "decoder_prefill", clock: "host", samples: share(0.02) },
  ], {
    ledger_peak_bytes: ledger,
    ledger_peak_by_tag: { weights: WEIGHT_BYTES, activations: ledger - WEIGHT_BYTES },
    reserved_peak_bytes: ledger + 4096,
    outside_peak_bytes: engine === "samba-streaming" ? null : ledger + 2 ** 27,
    outside_source: engine === "samba-streaming" ? null : "nvidia-smi delta",
  }, tokensHash(engine, minutes));
}

/** A made-up command and machine. */
export function exampleMachine(): MachineEnvironment {
  return {
    command: "deno task bench:scaling --minutes 5,10,20,30 --batch 1",
    git_commit: "0123456789abcdef0123456789abcdef01234567",
    git_dirty: false,
    started_at: "2026-11-23T17:00:00Z",
    adapter: {
      vendor: "nvidia",
      architecture: "hopper",
      device: "0x2335",
      description: "NVIDIA H200",
      backend: "deno",
      is_software: false,
    },
    limits: { maxBufferSize: 4294967292, maxComputeWorkgroupStorageSize: 49152 },
    features: ["timestamp-query", "subgroups"],
    driver: "580.95.05",
    os: "linux 6.1",
    cpu: "AMD EPYC 9654",
    cpu_cores: 16,
    memory_bytes: 128 * 2 ** 30,
    deno: "2.9.6",
    v8: "15.0.245.2-rusty",
    packages: { vega: "6.4.0", zod: "4.6.7" },
  };
}

/** A made-up environment. */
export function exampleEnvironment(): Environment {
  return {
    ...exampleMachine(),
    wgsl_hashes: { matmul: "a".repeat(64), selective_scan: "b".repeat(64) },
    seeds: { audio: 1, weights: 2 },
    config_hashes: { "samba": "c".repeat(64), "transformer-flash": "d".repeat(64) },
    parameters: { "samba": { encoder: 1_000_000, total: 1_500_000 } },
    dataset: {
      source: "generated",
      id: "synthetic-v1",
      sample_rate_hz: 16000,
      manifest_sha256: { "5": "e".repeat(64), "10": "f".repeat(64) },
    },
  };
}
