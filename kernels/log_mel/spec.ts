/** How a log-mel spectrogram is made of samples: everything that must agree between training and use. */
export interface MelSpec {
  readonly sampleRate: number;
  /** Points of the transform; any number. */
  readonly nFft: number;
  /** Samples of the periodic Hann window, which lies in the middle of the transform; at most `nFft`. */
  readonly window: number;
  /** Samples from one frame's centre to the next; frame i is centred at sample i · hop. */
  readonly hop: number;
  /** Mel bands. */
  readonly bins: number;
  /** Lower end of the first band, in Hz. */
  readonly low: number;
  /** Upper end of the last band, in Hz. */
  readonly high: number;
  /** Slaney's scale (linear to 1 kHz, then logarithmic) or HTK's, 2595 log10(1 + f / 700). */
  readonly scale: "slaney" | "htk";
  /** Whether each triangle is scaled to area 1 over Hz (librosa's norm="slaney"), rather than to height 1. */
  readonly areaNorm: boolean;
  /** What stands before the first and behind the last sample. */
  readonly padding: "reflect" | "zero";
  /**
   * "whisper": log10 of at least 10⁻¹⁰, raised to the clip's maximum − 8, then (x + 4) / 4; the last frame is dropped.
   * "natural": log(power + floor); the last frame is kept.
   */
  readonly logarithm: { readonly kind: "whisper" } | { readonly kind: "natural"; readonly floor: number };
}

/** Whisper's features (openai/whisper `log_mel_spectrogram`) with 80 bands; large-v3 has `bins: 128`. */
export const WHISPER_MEL: MelSpec = {
  sampleRate: 16000,
  nFft: 400,
  window: 400,
  hop: 160,
  bins: 80,
  low: 0,
  high: 8000,
  scale: "slaney",
  areaNorm: true,
  padding: "reflect",
  logarithm: { kind: "whisper" },
};

/** Plain features: natural logarithm of 80 HTK bands from 20 to 7600 Hz, 25 ms windows every 10 ms. */
export const NATURAL_MEL: MelSpec = {
  sampleRate: 16000,
  nFft: 512,
  window: 400,
  hop: 160,
  bins: 80,
  low: 20,
  high: 7600,
  scale: "htk",
  areaNorm: false,
  padding: "zero",
  logarithm: { kind: "natural", floor: 1e-6 },
};

/** Frames of a clip of so many samples: ⌊samples / hop⌋ for Whisper, else one more (none where there is no sample). */
export function melFrames(spec: MelSpec, samples: number): number {
  const whole = Math.floor(samples / spec.hop);
  return spec.logarithm.kind === "whisper" || samples === 0 ? whole : whole + 1;
}

/** The same as WGSL, over u32 and `params.hop`. */
export function framesWgsl(whisper: boolean): string {
  const count = whisper ? "end / params.hop" : "select(0u, 1u + end / params.hop, end > 0u)";
  return `fn framesOf(end: u32) -> u32 { return ${count}; }`;
}

/** Samples from a frame's centre back to the window's first. */
export function windowReach({ nFft, window }: MelSpec): number {
  return Math.floor(nFft / 2) - Math.floor((nFft - window) / 2);
}

/**
 * Absolute samples [start, end) that frames first … first + count − 1 of a clip of `total` samples are made of, padding
 * included: what a stream must hold to compute them. `total` may be Infinity while the end is not known.
 */
export function samplesNeeded(
  spec: MelSpec,
  first: number,
  count: number,
  total: number,
): [start: number, end: number] {
  const frames = Math.min(first + count, melFrames(spec, total)) - first;
  if (frames <= 0) return [0, 0];
  const from = first * spec.hop - windowReach(spec);
  const last = from + (frames - 1) * spec.hop + spec.window - 1;
  let [low, high] = [Math.max(0, from), Math.min(total - 1, last)];
  if (spec.padding === "reflect") {
    if (from < 0) high = Math.max(high, Math.min(total - 1, -from));
    if (last > total - 1) low = Math.min(low, Math.max(0, 2 * (total - 1) - last));
  }
  return [low, high + 1];
}

/** Throws a RangeError that names what cannot be. */
export function checkSpec(spec: MelSpec): void {
  const { sampleRate, nFft, window, hop, bins, low, high } = spec;
  for (const [name, n] of Object.entries({ sampleRate, nFft, window, hop, bins })) {
    if (!Number.isInteger(n) || n < 1) throw new RangeError(`mel spec: ${name} is ${n}, not a positive integer`);
  }
  if (window > nFft) throw new RangeError(`mel spec: a window of ${window} does not fit a transform of ${nFft}`);
  if (!(low >= 0 && low < high && high <= sampleRate / 2)) {
    throw new RangeError(`mel spec: bands from ${low} to ${high} Hz are not within 0..${sampleRate / 2}`);
  }
}
