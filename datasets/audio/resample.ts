import { InputError } from "../errors.ts";

/** libsamplerate's own limit on the ratio of the two rates. */
const MAX_RATIO = 256;

/**
 * Resamples one channel with libsamplerate's best band-limited sinc converter (about 145 dB of signal to noise, pass band
 * of 97%), whose output is aligned with its input in time.
 *
 * @param from, to rates in Hz; {@link InputError} where one is more than 256 times the other
 * @returns exactly round(samples.length * to / from) samples; the input itself where the rates are the same
 */
export async function resample(samples: Float32Array, from: number, to: number): Promise<Float32Array> {
  if (from === to) return samples;
  const ratio = to / from;
  if (!(ratio <= MAX_RATIO && ratio >= 1 / MAX_RATIO)) {
    throw new InputError(
      `a rate of ${from} Hz cannot be brought to ${to} Hz (more than ${MAX_RATIO} times); resample it`,
    );
  }
  const { default: libsamplerate } = await import("@alexanderolsen/libsamplerate-js");
  const converter = await libsamplerate.create(1, from, to, {
    converterType: libsamplerate.ConverterType.SRC_SINC_BEST_QUALITY,
  });
  try {
    const output = new Float32Array(Math.round(samples.length * ratio));
    // Fed in pieces of our own: the package splits long input by itself, but wrongly where rate / 10 is not whole.
    const piece = Math.floor(2 ** 16 / Math.max(1, ratio));
    const silence = new Float32Array(piece);
    // After the input's end comes silence, until the filter has given all that it held back.
    for (let read = 0, written = 0; written < output.length; read += piece) {
      const input = read < samples.length ? samples.subarray(read, read + piece) : silence;
      const part = converter.full(input).subarray(0, output.length - written);
      output.set(part, written);
      written += part.length;
    }
    return output;
  } finally {
    converter.destroy();
  }
}
