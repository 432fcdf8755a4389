/**
 * A source-filter synthesiser after Klatt, "Software for a cascade/parallel formant synthesizer", JASA 67 (1980): glottal
 * pulses and breath through four formant resonators in a row, and noise from a constriction through one of its own.
 *
 * Computes by +, -, *, / alone, whose results IEEE 754 fixes to the last bit, where Math.cos and Math.exp may differ
 * between platforms: a seed gives the same samples everywhere.
 */

import type { Random } from "../random.ts";
import type { Target } from "./phonemes.ts";

/** Parameters change, by a glide, at this many samples: 5 ms at 16 kHz. */
export const BLOCK = 80;

const BANDWIDTHS_HZ = [70, 100, 160, 250];
const FRICATION_BANDWIDTH_HZ = 1500;
/** Share of a glottal period in which the folds are open. */
const OPEN_QUOTIENT = 0.6;
/** How far parameters come towards their target in a block: formants glide, amplitudes follow faster. */
const FORMANT_GLIDE = 0.3;
const AMPLITUDE_GLIDE = 0.5;

/** y_t = gain * x_t + feedback1 * y_(t-1) + feedback2 * y_(t-2). */
export interface Resonator {
  gain: number;
  feedback1: number;
  feedback2: number;
}

/** Klatt's digital resonator, of unit gain at 0 Hz. */
export function resonator(hz: number, bandwidth: number, rate: number): Resonator {
  const radius = decay(Math.PI * bandwidth / rate);
  const feedback2 = -radius * radius;
  const feedback1 = 2 * radius * cosine(2 * Math.PI * hz / rate);
  return { gain: 1 - feedback1 - feedback2, feedback1, feedback2 };
}

/** exp(-x) for x in [0, 1], to 1e-12. */
function decay(x: number): number {
  let sum = 1;
  for (let k = 16; k > 0; k--) sum = 1 - x / k * sum;
  return sum;
}

/** cos(x) for x in [0, pi], to 1e-11. */
function cosine(x: number): number {
  let sum = 1;
  for (let k = 24; k > 0; k -= 2) sum = 1 - x * x / (k * (k - 1)) * sum;
  return sum;
}

/**
 * Says a phrase at `rate` Hz with the fundamental `f0` in Hz, which falls by 30% from start to end with an accent here and
 * there, 1% of jitter from period to period and 5% of shimmer.
 *
 * @returns BLOCK samples for each block of the targets, at no particular level
 */
export function say(targets: Target[], f0: number, rate: number, rng: Random): Float32Array {
  const blocks = targets.reduce((sum, target) => sum + target.blocks, 0);
  const output = new Float32Array(blocks * BLOCK);
  const formants = [...targets[0].formants];
  let voicing = 0, aspiration = 0, frication = 0, accent = targets[0].accent;
  // Resonator memory: the last two outputs of each formant, then of the constriction.
  let a1 = 0, a2 = 0, b1 = 0, b2 = 0, c1 = 0, c2 = 0, d1 = 0, d2 = 0, n1 = 0, n2 = 0;
  // Samples into the glottal period, its length and its strength.
  let time = 0, period = rate / f0, strength = 1;
  // xorshift32 (Marsaglia 2003): noise needs speed here, and no more; its state must not be 0.
  let noiseState = 1 + rng.integer(0x7ffffffe);

  let block = 0;
  for (const target of targets) {
    const constriction = resonator(target.fricationHz, FRICATION_BANDWIDTH_HZ, rate);
    const end = block + target.blocks;
    for (; block < end; block++) {
      for (let k = 0; k < 4; k++) formants[k] += FORMANT_GLIDE * (target.formants[k] - formants[k]);
      voicing += AMPLITUDE_GLIDE * (target.voicing - voicing);
      aspiration += AMPLITUDE_GLIDE * (target.aspiration - aspiration);
      frication += AMPLITUDE_GLIDE * (target.frication - frication);
      accent += FORMANT_GLIDE * (target.accent - accent);
      const pitch = f0 * (1.15 - 0.3 * block / blocks) * (1 + accent);
      const [a, b, c, d] = formants.map((hz, k) => resonator(hz, BANDWIDTHS_HZ[k], rate));

      for (let i = block * BLOCK; i < (block + 1) * BLOCK; i++) {
        noiseState ^= noiseState << 13;
        noiseState ^= noiseState >>> 17;
        noiseState ^= noiseState << 5;
        const noise = noiseState / 2 ** 31;

        time += 1;
        if (time >= period) {
          time -= period;
          period = rate / pitch * (1 + 0.01 * (2 * rng.uniform() - 1));
          strength = 1 + 0.05 * (2 * rng.uniform() - 1);
        }
        // The flow's derivative: KLGLOTT88 (Klatt and Klatt, JASA 87, 1990), whose flow is s^2 - s^3 while open.
        const s = time / (OPEN_QUOTIENT * period);
        const pulse = s < 1 ? strength * s * (2 - 3 * s) : 0;

        const a0 = a.gain * (voicing * pulse + aspiration * noise) + a.feedback1 * a1 + a.feedback2 * a2;
        const b0 = b.gain * a0 + b.feedback1 * b1 + b.feedback2 * b2;
        const c0 = c.gain * b0 + c.feedback1 * c1 + c.feedback2 * c2;
        const d0 = d.gain * c0 + d.feedback1 * d1 + d.feedback2 * d2;
        const n0 = constriction.gain * frication * noise + constriction.feedback1 * n1 + constriction.feedback2 * n2;
        a2 = a1, a1 = a0, b2 = b1, b1 = b0, c2 = c1, c1 = c0, d2 = d1, d1 = d0, n2 = n1, n1 = n0;
        output[i] = d0 + n0;
      }
    }
  }
  return output;
}
