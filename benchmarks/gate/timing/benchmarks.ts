/** What the timing lane measures: kernels at one shape for each class of adapter, and a small model's encoder. */
export interface GateBenchmark {
  /** Name in reports, the same whatever the adapter. */
  readonly name: string;
  /** What is launched, for a software adapter and for a GPU. */
  readonly software: Work;
  readonly gpu: Work;
}

/** A benchmark of `kernels/<op>/<op>_bench.ts` by its name there, or a pass of a model's log-mel and encoder. */
export type Work =
  | { readonly kernel: string; readonly shape: string }
  | { readonly encode: "samba" | "transformer"; readonly preset: "nano" | "base"; readonly seconds: number };

/** In the order of the table. */
export const GATE_BENCHMARKS: readonly GateBenchmark[] = [
  {
    name: "matmul",
    software: { kernel: "matmul", shape: "linear 256×256×256" },
    gpu: { kernel: "matmul", shape: "linear 45000×512×2048" },
  },
  {
    name: "selective_scan",
    software: { kernel: "selective_scan", shape: "selective_scan B1 D64 L256 N16" },
    gpu: { kernel: "selective_scan", shape: "selective_scan B1 D512 L7500 N16" },
  },
  {
    name: "attention",
    software: { kernel: "attention", shape: "attention flash B1 200×200 2×32" },
    gpu: { kernel: "attention", shape: "attention flash B1 7500×7500 4×64" },
  },
  {
    name: "causal_conv1d",
    software: { kernel: "causal_conv1d", shape: "causal_conv1d B1 D64 L1000" },
    gpu: { kernel: "causal_conv1d", shape: "causal_conv1d B1 D512 L45000" },
  },
  {
    name: "layer_norm",
    software: { kernel: "norm", shape: "layer_norm 1000×64" },
    gpu: { kernel: "norm", shape: "layer_norm 45000×512" },
  },
  {
    name: "encode samba",
    software: { encode: "samba", preset: "nano", seconds: 3 },
    gpu: { encode: "samba", preset: "base", seconds: 60 },
  },
];
