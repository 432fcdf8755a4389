import type { Tensor } from "../gpu/mod.ts";
import { assertTensor, gpuTest } from "../testing/mod.ts";
import { randomScan, uploadScan } from "./scan_test_case.ts";
import { selectiveScanReference } from "./selective_scan_reference.ts";
import { selectiveScanStep } from "./selective_scan_step.ts";

for (const [channels, states, gated] of [[5, 4, true], [70, 16, true], [64, 8, false]] as const) {
  gpuTest(`selectiveScanStep() over ${channels}×${states} states equals the scan, token by token`, async (gpu) => {
    const scan = randomScan(channels, { batch: 3, length: 7, channels, states, gated, initialState: true });
    const { inputs, weights, options } = uploadScan(gpu, scan);
    const expected = selectiveScanReference(scan);
    const state = options.initialState!;
    const whole = gpu.tensor([3, 7, channels]);
    // Two tokens at once first, then one at a time.
    for (const [from, count] of [[0, 2], [2, 1], [3, 1], [4, 1], [5, 1], [6, 1]]) {
      const take = (x: Tensor, width: number): Tensor => {
        const part = gpu.tensor([3, count, width]);
        for (let b = 0; b < 3; b++) gpu.copy(x, (b * 7 + from) * width, part, b * count * width, count * width);
        return part;
      };
      const y = selectiveScanStep(
        gpu,
        {
          u: take(inputs.u as Tensor, channels),
          delta: take(inputs.delta as Tensor, channels),
          b: take(inputs.b as Tensor, states),
          c: take(inputs.c as Tensor, states),
          ...(inputs.z && { z: take(inputs.z as Tensor, channels) }),
        },
        weights,
        state,
      );
      for (let b = 0; b < 3; b++) gpu.copy(y, b * count * channels, whole, (b * 7 + from) * channels, count * channels);
    }
    await assertTensor(gpu, whole, expected.y);
    await assertTensor(gpu, state, expected.finalState);
  });
}
