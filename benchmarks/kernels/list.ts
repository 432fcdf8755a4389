import type { KernelBenchmark } from "../../kernels/bench.ts";
import * as argmax from "../../kernels/argmax/argmax_bench.ts";
import * as attention from "../../kernels/attention/attention_bench.ts";
import * as augmentation from "../../kernels/augmentation/augmentation_bench.ts";
import * as causalConv1d from "../../kernels/causal_conv1d/causal_conv1d_bench.ts";
import * as conv1d from "../../kernels/conv1d/conv1d_bench.ts";
import * as crossEntropy from "../../kernels/cross_entropy/cross_entropy_bench.ts";
import * as ctc from "../../kernels/ctc/ctc_bench.ts";
import * as dropout from "../../kernels/dropout/dropout_bench.ts";
import * as elementwise from "../../kernels/elementwise/elementwise_bench.ts";
import * as embedding from "../../kernels/embedding/embedding_bench.ts";
import * as logMel from "../../kernels/log_mel/log_mel_bench.ts";
import * as matmul from "../../kernels/matmul/matmul_bench.ts";
import * as norm from "../../kernels/norm/norm_bench.ts";
import * as optimizer from "../../kernels/optimizer/optimizer_bench.ts";
import * as selectiveScan from "../../kernels/selective_scan/selective_scan_bench.ts";
import * as softmax from "../../kernels/softmax/softmax_bench.ts";

/** What a `<op>_bench.ts` exports. */
export interface BenchFile {
  readonly benchmarks: readonly KernelBenchmark[];
  /** Variants of the kernel at one shape, from which the one in use was chosen. */
  readonly candidates?: readonly KernelBenchmark[];
}

/** Every `kernels/<op>/<op>_bench.ts`: a new one is added here, and a test tells when it is not. */
export const BENCH_FILES: readonly BenchFile[] = [
  matmul,
  selectiveScan,
  attention,
  causalConv1d,
  conv1d,
  logMel,
  norm,
  softmax,
  elementwise,
  embedding,
  argmax,
  dropout,
  crossEntropy,
  ctc,
  optimizer,
  augmentation,
];
