/** float64 convolution over time by its definition: see `conv1d`. `lengths`: real input and output frames by sequence. */
export function conv1dReference(
  x: ArrayLike<number>,
  [sequences, frames, channels]: readonly [number, number, number],
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  { stride, padLeft, outFrames }: { readonly stride: number; readonly padLeft: number; readonly outFrames: number },
  lengths?: { readonly input: readonly number[]; readonly output: readonly number[] },
): Float64Array {
  const outChannels = bias.length;
  const kernel = weight.length / outChannels / channels;
  const y = new Float64Array(sequences * outFrames * outChannels);
  for (let b = 0; b < sequences; b++) {
    for (let t = 0; t < Math.min(outFrames, lengths?.output[b] ?? outFrames); t++) {
      for (let o = 0; o < outChannels; o++) {
        let sum = bias[o];
        for (let j = 0; j < kernel; j++) {
          const frame = t * stride + j - padLeft;
          if (frame < 0 || frame >= (lengths?.input[b] ?? frames)) continue;
          for (let c = 0; c < channels; c++) {
            sum += weight[(j * channels + c) * outChannels + o] * x[(b * frames + frame) * channels + c];
          }
        }
        y[(b * outFrames + t) * outChannels + o] = sum;
      }
    }
  }
  return y;
}

/**
 * float64 gradients of a convolution by its definition, dPre [B, outFrames, c_out] being that of its sums: dx [B, T, c_in],
 * dw [kernel·c_in, c_out], db [c_out]. Rows of dPre past the output's length do not count.
 */
export function conv1dBackwardReference(
  x: ArrayLike<number>,
  [sequences, frames, channels]: readonly [number, number, number],
  weight: ArrayLike<number>,
  dPre: ArrayLike<number>,
  { stride, padLeft, outFrames }: { readonly stride: number; readonly padLeft: number; readonly outFrames: number },
  lengths?: { readonly input: readonly number[]; readonly output: readonly number[] },
): { dx: Float64Array; dw: Float64Array; db: Float64Array } {
  const outChannels = dPre.length / sequences / outFrames;
  const kernel = weight.length / outChannels / channels;
  const dx = new Float64Array(x.length);
  const dw = new Float64Array(weight.length);
  const db = new Float64Array(outChannels);
  for (let b = 0; b < sequences; b++) {
    for (let t = 0; t < Math.min(outFrames, lengths?.output[b] ?? outFrames); t++) {
      for (let o = 0; o < outChannels; o++) {
        const d = dPre[(b * outFrames + t) * outChannels + o];
        db[o] += d;
        for (let j = 0; j < kernel; j++) {
          const frame = t * stride + j - padLeft;
          if (frame < 0 || frame >= (lengths?.input[b] ?? frames)) continue;
          for (let c = 0; c < channels; c++) {
            const [at, w] = [(b * frames + frame) * channels + c, (j * channels + c) * outChannels + o];
            dx[at] += weight[w] * d;
            dw[w] += x[at] * d;
          }
        }
      }
    }
  }
  return { dx, dw, db };
}
