import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { asColumns, type Columns, columns } from "../gpu/mod.ts";
import { type Activation, activation, launchActivationBackward } from "./activation.ts";
import { add } from "./arithmetic.ts";
import { gate } from "./gate.ts";
import { launchGateBackward } from "./gate_backward.ts";
import { launchMap } from "./map.ts";
import { addPositions, positionTables } from "./positions.ts";
import { maskRows } from "./sequence_rows.ts";

function addBenchmark(rows: number, d: number, small: boolean): KernelBenchmark {
  return {
    name: `add ${rows}×${d}`,
    bytes: 12 * rows * d,
    small,
    prepare(gpu) {
      const a = randomTensor(gpu, [rows, d], 1);
      const b = randomTensor(gpu, [rows, d], 2);
      return () => add(gpu, a, b);
    },
  };
}

function activationBenchmark(kind: Activation, rows: number, d: number, small: boolean): KernelBenchmark {
  return {
    name: `${kind} ${rows}×${d}`,
    bytes: 8 * rows * d,
    small,
    prepare(gpu) {
      const x = randomTensor(gpu, [rows, d], 1, 4);
      return () => activation(gpu, x, kind);
    },
  };
}

function gateBenchmark(rows: number, d: number, small: boolean): KernelBenchmark {
  return {
    name: `gate ${rows}×${d} of ${2 * d} columns`,
    bytes: 12 * rows * d,
    small,
    prepare(gpu) {
      const both = randomTensor(gpu, [rows, 2 * d], 1);
      return () => gate(gpu, columns(both, 0, d), columns(both, d, d));
    },
  };
}

function rowsBenchmark(rows: number, d: number, small: boolean): KernelBenchmark[] {
  return [{
    name: `mask_rows ${rows}×${d}`,
    bytes: 8 * rows * d,
    small,
    prepare(gpu) {
      const x = randomTensor(gpu, [1, rows, d], 1);
      const device = gpu.upload(Uint32Array.of(rows));
      return () => maskRows(gpu, x, { host: [rows], device });
    },
  }, {
    name: `add_positions ${rows}×${d}`,
    bytes: 8 * rows * d,
    small,
    prepare(gpu) {
      const x = randomTensor(gpu, [1, rows, d], 1);
      const tables = positionTables(gpu, d, rows);
      return () => addPositions(gpu, x, 0, tables);
    },
  }];
}

function backwardBenchmark(rows: number, d: number, small: boolean): KernelBenchmark[] {
  return [{
    name: `silu backward ${rows}×${d}`,
    bytes: 12 * rows * d,
    small,
    prepare(gpu) {
      const [x, dy] = [randomTensor(gpu, [rows, d], 1, 4), randomTensor(gpu, [rows, d], 2)];
      const target = { into: asColumns(gpu.tensor(x.shape, "f32", "gradients")), accumulate: false };
      return () => launchActivationBackward(gpu, "silu", x, dy, target);
    },
  }, {
    name: `gate backward ${rows}×${d} of ${2 * d} columns`,
    bytes: 20 * rows * d,
    small,
    prepare(gpu) {
      const [both, dy] = [randomTensor(gpu, [rows, 2 * d], 1), randomTensor(gpu, [rows, d], 2)];
      const [x, z] = [columns(both, 0, d), columns(both, d, d)];
      const tensor = gpu.tensor(both.shape, "f32", "gradients");
      const into = ({ offset, width }: Columns) => ({ into: { tensor, offset, width }, accumulate: false });
      return () => launchGateBackward(gpu, dy, x, z, { x: into(x), z: into(z) });
    },
  }];
}

/** Elementwise operations at the `base` encoder's shapes for 30 minutes, gradients for 16 utterances of 5 s, and small. */
export const benchmarks: readonly KernelBenchmark[] = [
  addBenchmark(45000, 512, false),
  activationBenchmark("silu", 45000, 2048, false),
  activationBenchmark("gelu", 45000, 2048, false),
  gateBenchmark(45000, 1024, false),
  ...rowsBenchmark(45000, 512, false),
  addBenchmark(500, 64, true),
  activationBenchmark("gelu", 500, 256, true),
  gateBenchmark(500, 128, true),
  ...rowsBenchmark(500, 64, true),
  ...backwardBenchmark(2000, 1024, false),
  ...backwardBenchmark(500, 128, true),
];

function copyBenchmark(rows: number, d: number, each: number): KernelBenchmark {
  return {
    name: `copy ${rows}×${d}, ${each} vec4 an invocation`,
    bytes: 8 * rows * d,
    small: false,
    prepare(gpu) {
      const x = randomTensor(gpu, [rows, d], 1);
      return () => launchMap(gpu, { name: "copy", expression: "a" }, [x], 1, each);
    },
  };
}

/** How many vec4 an invocation should move: the bandwidth that everything memory-bound here gets. */
export const candidates: readonly KernelBenchmark[] = [1, 2, 4, 8].map((each) => copyBenchmark(45000, 2048, each));
