import type { Gpu, Tensor } from "../../kernels/gpu/mod.ts";
import { lengths } from "../../kernels/lengths.ts";
import { assertClose, assertTensor, gpuTest } from "../../kernels/testing/mod.ts";
import { tinySamba } from "../testing.ts";
import { advanceMamba, mamba, mambaState, type MambaWeights } from "./mamba.ts";

interface Stored {
  shape: number[];
  data: number[];
}

/** Made with PyTorch from the official layer's definition: tools/golden/mamba_block.py. */
const golden: Record<"x" | "y" | "conv_state" | "ssm_state", Stored> & { weights: Record<string, Stored> } = JSON.parse(
  await Deno.readTextFile(new URL("../testdata/mamba_block.json", import.meta.url)),
);

const CONFIG = { ...tinySamba("causal"), width: 8, ssm: { state: 4, convolution: 4, expand: 2, rank: 2 } };
const [BATCH, ROWS, WIDTH] = golden.x.shape;

function upload(gpu: Gpu, { shape, data }: Stored): Tensor {
  return gpu.upload(Float32Array.from(data), shape);
}

function goldenWeights(gpu: Gpu): MambaWeights {
  const w = (name: string) => upload(gpu, golden.weights[name]);
  return {
    inProjection: { weight: w("in_proj") },
    forward: {
      convolution: { weight: w("conv_weight"), bias: w("conv_bias") },
      xProjection: { weight: w("x_proj") },
      dtProjection: { weight: w("dt_proj") },
      aLog: w("a_log"),
      d: w("d"),
      dtBias: w("dt_bias"),
    },
    outProjection: { weight: w("out_proj") },
  };
}

gpuTest("mamba() equals PyTorch's, and leaves the same states", async (gpu) => {
  const state = mambaState(gpu, CONFIG, BATCH);
  const y = mamba(gpu, goldenWeights(gpu), upload(gpu, golden.x), { state });
  await assertTensor(gpu, y, golden.y.data, 2e-6, "y");
  await assertTensor(gpu, state.convolution, golden.conv_state.data, 2e-6, "convolution's state");
  await assertTensor(gpu, state.ssm, golden.ssm_state.data, 2e-6, "scan's state");
});

gpuTest("mamba() token by token equals PyTorch's", async (gpu) => {
  const weights = goldenWeights(gpu);
  const state = mambaState(gpu, CONFIG, BATCH);
  for (let t = 0; t < ROWS; t++) {
    const row = (from: Stored) =>
      Float32Array.from({ length: BATCH * WIDTH }, (_, i) => {
        return from.data[(Math.floor(i / WIDTH) * ROWS + t) * WIDTH + i % WIDTH];
      });
    const y = mamba(gpu, weights, gpu.upload(row(golden.x), [BATCH, 1, WIDTH]), { state });
    assertClose(await gpu.read(y), row(golden.y), 5e-6, `row ${t}`);
  }
  await assertTensor(gpu, state.ssm, golden.ssm_state.data, 5e-6, "scan's state");
});

gpuTest("advanceMamba() leaves the state that mamba() does", async (gpu) => {
  const state = mambaState(gpu, CONFIG, BATCH);
  const all = lengths(gpu, Array(BATCH).fill(ROWS), ROWS);
  advanceMamba(gpu, goldenWeights(gpu), upload(gpu, golden.x), all, state);
  await assertTensor(gpu, state.convolution, golden.conv_state.data, 2e-6, "convolution's state");
  await assertTensor(gpu, state.ssm, golden.ssm_state.data, 2e-6, "scan's state");
});

gpuTest("mamba() with both directions is the sum of one and of the other on the reversed rows", async (gpu) => {
  const { forward, ...rest } = goldenWeights(gpu);
  const both = mamba(gpu, { ...rest, forward, backward: forward }, upload(gpu, golden.x));
  const reversed = Float32Array.from({ length: golden.x.data.length }, (_, i) => {
    const [b, t, d] = [Math.floor(i / WIDTH / ROWS), Math.floor(i / WIDTH) % ROWS, i % WIDTH];
    return golden.x.data[(b * ROWS + ROWS - 1 - t) * WIDTH + d];
  });
  const back = await gpu.read(mamba(gpu, { ...rest, forward }, gpu.upload(reversed, golden.x.shape)));
  const expected = golden.y.data.map((v, i) => {
    const [b, t, d] = [Math.floor(i / WIDTH / ROWS), Math.floor(i / WIDTH) % ROWS, i % WIDTH];
    return v + back[(b * ROWS + ROWS - 1 - t) * WIDTH + d];
  });
  await assertTensor(gpu, both, expected, 3e-6);
});
