import { type KernelBenchmark, randomTensor } from "../bench.ts";
import { type Gpu, Tape, type Tensor } from "../gpu/mod.ts";
import { lengths } from "../lengths.ts";
import { ctcLoss } from "./ctc.ts";
import { ctcLayout } from "./ctc_paths.ts";

interface Shape {
  readonly batch: number;
  readonly time: number;
  readonly text: number;
  readonly classes: number;
}

function ctcBenchmark(shape: Shape, gradient: boolean, small: boolean, threads?: number): KernelBenchmark {
  const { batch, time, text, classes } = shape;
  return {
    name: `ctc B${batch} T${time} L${text} V${classes}${gradient ? " with gradient" : ""}${
      threads ? ` on ${threads}` : ""
    }`,
    // Logits are read twice, and with the gradient a third time and as much is written.
    bytes: 4 * batch * time * classes * (gradient ? 4 : 2) + (gradient ? 32 * batch * time * (text + 1) : 0),
    small,
    prepare(gpu: Gpu) {
      const logits: Tensor = randomTensor(gpu, [batch, time, classes], 1, 4);
      const labels = Uint32Array.from({ length: batch * text }, (_, i) => 1 + (i * 7 + (i >> 3)) % (classes - 1));
      const ids = gpu.upload(labels, [batch, text]);
      const frames = lengths(gpu, Array<number>(batch).fill(time), time);
      const texts = lengths(gpu, Array<number>(batch).fill(text), text);
      const layout = ctcLayout(gpu, text, threads);
      const launch = () => ctcLoss(gpu, logits, frames, ids, texts, 1, layout);
      return () => {
        using tape = new Tape(gpu);
        if (gradient) tape.track(logits);
        tape.recording(launch);
        tape.backward();
      };
    },
  };
}

/** Batches of short utterances with characters, and of half a minute with pieces of words. */
export const benchmarks: readonly KernelBenchmark[] = [
  ctcBenchmark({ batch: 16, time: 125, text: 25, classes: 32 }, false, true),
  ctcBenchmark({ batch: 16, time: 125, text: 25, classes: 32 }, true, true),
  ctcBenchmark({ batch: 4, time: 750, text: 200, classes: 32 }, true, false),
  ctcBenchmark({ batch: 4, time: 750, text: 200, classes: 1024 }, true, false),
];

/** How many invocations share a text's states. */
export const candidates: readonly KernelBenchmark[] = [
  ...[32, 64, 128, 256].map((n) => ctcBenchmark({ batch: 4, time: 750, text: 200, classes: 32 }, true, false, n)),
  ...[256, 512, 1024].map((n) => ctcBenchmark({ batch: 1, time: 7500, text: 1000, classes: 32 }, true, false, n)),
];
