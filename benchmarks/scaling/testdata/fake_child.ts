/**
 * Stands in for child.ts in tests. Its URL's query says how a point goes, as `ENGINE MINUTES=BEHAVIOUR` with MINUTES taken
 * from the audio's name; points that are not named are measured, at made-up times.
 */
import type { PointEvent, PointRequest } from "../protocol.ts";

const request = JSON.parse(Deno.args[0]) as PointRequest;
const minutes = Number(/([\d.]+)\.f32$/.exec(request.audio)![1]);
const behaviour = new URL(import.meta.url).searchParams.get(`${request.engine} ${minutes}`) ?? "measure";

function say(event: PointEvent): void {
  console.log(JSON.stringify(event));
}

function hang(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 60_000));
}

if (behaviour === "silent") await hang();
if (behaviour === "throw") throw new Error("something broke");

// Reading it shows that the path and the permission are right.
const bytes = (await Deno.readFile(request.audio)).byteLength;
const whisper = request.engine === "whisper";
say({
  event: "ready",
  device: whisper ? null : {
    adapter: {
      backend: request.gpu,
      vendor: "none",
      architecture: "",
      device: "fake",
      description: "a made-up adapter",
      isSoftware: true,
    },
    limits: {
      maxStorageBufferBindingSize: 1,
      maxBufferSize: 1,
      maxComputeWorkgroupStorageSize: 1,
      maxComputeInvocationsPerWorkgroup: 1,
      maxComputeWorkgroupSizeX: 1,
      maxComputeWorkgroupSizeY: 1,
      maxComputeWorkgroupsPerDimension: 1,
      maxStorageBuffersPerShaderStage: 1,
    },
    features: {
      timestamps: true,
      subgroups: false,
      f16: false,
      subgroupsDirective: false,
      subgroupMinSize: 0,
      subgroupMaxSize: 0,
    },
  },
  model: whisper ? null : { configHash: "c".repeat(64), parameters: { encoder: 10, total: 20 } },
  weights: request.weights && { ...request.weights, settings: { dtype: "q8" } },
  frames: Math.ceil(bytes / 4 / 640),
  audioSeconds: bytes / 4 / 16000,
  loadSeconds: 0.01,
  microBatch: request.batch,
  stageClock: "gpu",
});
console.log("a library's own chatter");
if (behaviour === "limit") {
  say({
    event: "failed",
    status: "over-limit",
    reason: "a binding of 3 GiB: the adapter's limit is 2 GiB\nshorten it",
  });
  Deno.exit(1);
}
if (behaviour === "die") Deno.exit(137);
if (behaviour === "bad_alloc") {
  console.error("memory allocation of 123456789 bytes failed");
  Deno.exit(134);
}
if (behaviour === "hang") await hang();

if (behaviour === "crash") {
  say({ event: "failed", status: "failed", reason: "the device was lost" });
  Deno.exit(1);
}

const seconds = request.engine.startsWith("transformer") ? minutes ** 2 : minutes;
const repeats = behaviour === "short" ? 2 : request.repeats;
for (let i = 0; i < request.warmups; i++) say({ event: "warmup", seconds: 2 * seconds });
for (let i = 0; i < repeats; i++) {
  const stages: Record<string, number> = whisper ? {} : {
    log_mel: 0.05 * seconds,
    encoder: (0.8 + 0.01 * i) * seconds,
    ctc: 0.05 * seconds,
    decoder_per_token: 0.01 * seconds,
  };
  say({ event: "sample", seconds: seconds * (1 + 0.01 * i), stages });
  if (behaviour === "hang-later-no-figures") continue;
  // The last one counts.
  const activations = bytes * (i + 1 === repeats || behaviour === "hang-later" ? 1 : 0.5);
  say({
    event: "done",
    ledger: whisper ? null : {
      peakBytes: 1000 + activations,
      peakByTag: { weights: 1000, activations },
      reservedPeakBytes: 2000 + activations,
    },
    processPeakBytes: 10_000_000,
    dispatches: 3,
    wgslHashes: { fake: "d".repeat(64) },
    tokensHash: (i + 1 === repeats ? "e" : "f").repeat(64),
    text: request.weights === null ? null : "Good morrow, honoured world!",
  });
  if (behaviour === "hang-later" && i === 1) await hang();
}
if (behaviour === "hang-later-no-figures") await hang();
