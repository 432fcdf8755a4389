import { expectShape, type Gpu, GpuError, type Tensor } from "../gpu/mod.ts";
import type { Lengths } from "../lengths.ts";
import { hann, melFilters, rootsOfUnity, type SparseFilters, sparseFilters } from "./filters.ts";
import { melKernel, type MelVariant, workgroupBytes } from "./mel_kernel.ts";
import { checkSpec, type MelSpec, samplesNeeded, windowReach } from "./spec.ts";
import { whisperScale } from "./whisper_scale.ts";

/** Which frames to compute, and which part of the recording the samples are. */
export interface FrameRange {
  readonly frames: number;
  /** Absolute index of the first frame; 0 unless given. */
  readonly firstFrame?: number;
  /** Absolute index of the samples' first column; 0 unless given. */
  readonly sampleStart?: number;
  /**
   * Absolute end of the recording, where padding begins; the samples' end unless given, Infinity while it is not known.
   * Not together with lengths, which say the same for each clip.
   */
  readonly totalSamples?: number;
}

/** An end that is not known; twice as much must fit i32 (see PADDING). At 16 kHz this is 18 hours. */
const NO_END = 2 ** 30 - 1;

function chooseVariant(gpu: Gpu, nFft: number): MelVariant {
  const limit = gpu.limits.maxComputeWorkgroupStorageSize;
  const frames = [4, 2, 1].find((n) => workgroupBytes(nFft, n) <= limit);
  if (frames === undefined) {
    throw new GpuError(
      "over-limit",
      `a transform of ${nFft} points takes ${
        workgroupBytes(nFft, 1)
      } bytes of workgroup memory, but this adapter has ` +
        `${limit}: use a smaller nFft`,
    );
  }
  return { frames, threads: 64, transform: "fft" };
}

interface Tables extends SparseFilters {
  readonly hann: Float32Array;
  readonly roots: Float32Array;
}

const tablesBySpec = new WeakMap<MelSpec, Tables>();

/** The constants of a spec, on the host. */
function tables(spec: MelSpec): Tables {
  let found = tablesBySpec.get(spec);
  if (!found) {
    checkSpec(spec);
    found = {
      ...sparseFilters(melFilters(spec)),
      hann: Float32Array.from(hann(spec.window)),
      roots: rootsOfUnity(spec.nFft),
    };
    tablesBySpec.set(spec, found);
  }
  return found;
}

/**
 * Log-mel spectrogram of clips of samples in [−1, 1]: samples [B, S] → [B, frames, bins]. Frame i is centred at sample
 * i · hop, as by torch.stft(center=True). `sampleLengths` are the clips' ends (absolute, if `sampleStart` is not 0);
 * without them all clips end at `totalSamples`. Frames past a clip's `melFrames` are zero.
 *
 * A stream may be computed in pieces, which equal one pass bit for bit: hold the samples that `samplesNeeded` names, and
 * give their start and the wanted frames. Only Whisper's logarithm knows the clip's maximum: there the frames of one call
 * are the clip. Throws a RangeError when frames are asked for whose samples are not there.
 */
export function logMel(
  gpu: Gpu,
  samples: Tensor,
  sampleLengths: Lengths | undefined,
  spec: MelSpec,
  range: FrameRange,
  variant: MelVariant = chooseVariant(gpu, spec.nFft),
): Tensor {
  using scope = gpu.scope();
  expectShape("logMel's samples", samples, [sampleLengths?.host.length ?? -1, -1]);
  const constants = tables(spec);
  const [batch, held] = samples.shape;
  const { frames, firstFrame = 0, sampleStart = 0, totalSamples } = range;
  if (sampleLengths && totalSamples !== undefined) {
    throw new RangeError("logMel takes either sampleLengths or totalSamples: both say where clips end");
  }
  if ((firstFrame + frames) * spec.hop > NO_END) {
    throw new RangeError(`logMel: frame ${firstFrame + frames} is past sample ${NO_END}, the last one it can count`);
  }
  const end = Math.min(totalSamples ?? sampleStart + held, NO_END);
  for (const total of new Set(sampleLengths?.host ?? [end])) {
    const [from, to] = samplesNeeded(spec, firstFrame, frames, total);
    if (from < to && (from < sampleStart || to > sampleStart + held)) {
      throw new RangeError(
        `logMel: frames ${firstFrame}..${
          firstFrame + frames
        } of a clip of ${total} samples need samples ${from}..${to}, ` +
          `but ${sampleStart}..${sampleStart + held} are given`,
      );
    }
  }
  const mel = gpu.tensor([batch, frames, spec.bins]);
  const whisper = spec.logarithm.kind === "whisper";
  const rows = batch * frames;
  const ends = sampleLengths ? { ends: sampleLengths.device } : {};
  gpu.dispatch(
    melKernel(
      spec.nFft,
      spec.window,
      spec.padding,
      whisper,
      sampleLengths !== undefined,
      variant.frames,
      variant.threads,
      variant.transform,
    ),
    {
      samples,
      ...ends,
      hann: gpu.upload(constants.hann),
      roots: gpu.upload(constants.roots),
      weights: gpu.upload(constants.weights),
      ranges: gpu.upload(constants.ranges),
      mel,
    },
    {
      rows,
      frames,
      bins: spec.bins,
      hop: spec.hop,
      firstFrame,
      width: held,
      sampleStart,
      end,
      reach: windowReach(spec),
      floor: spec.logarithm.kind === "natural" ? spec.logarithm.floor : 0,
    },
    gpu.grid(Math.ceil(rows / variant.frames)),
  );
  if (whisper) whisperScale(gpu, mel, sampleLengths, { firstFrame, hop: spec.hop, end });
  return scope.keep(mel);
}
