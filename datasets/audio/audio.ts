/** Decoded audio. Each channel holds the same number of samples; full scale is -1 to 1. */
export interface Audio {
  /** In Hz. */
  sampleRate: number;
  channels: Float32Array[];
}

/** The mean of all channels; a single channel is returned as it is, not copied. */
export function mixToMono(channels: Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0];
  const mono = new Float32Array(channels[0].length);
  for (let i = 0; i < mono.length; i++) {
    let sum = 0;
    for (const channel of channels) sum += channel[i];
    mono[i] = sum / channels.length;
  }
  return mono;
}
