/**
 * What the synthesiser says: made-up syllables of one or two consonants about a vowel, about four of them a second. A
 * phrase is a list of short steady targets, which the voice glides between.
 */

import type { Random } from "../random.ts";

/** Frequencies of the first four formants in Hz. */
export type Formants = readonly [number, number, number, number];

/** A target of the vocal tract, held for some blocks of 5 ms. Amplitudes are relative to a full vowel. */
export interface Target {
  blocks: number;
  formants: Formants;
  /** Of the glottal pulses. */
  voicing: number;
  /** Of breath noise, which passes through the formants. */
  aspiration: number;
  /** Of noise made at a constriction, which passes through one resonance of its own. */
  frication: number;
  /** That resonance in Hz. */
  fricationHz: number;
  /** How much f0 is raised, relative. */
  accent: number;
}

type Sound = Partial<Omit<Target, "blocks" | "accent">> & { least: number; most: number };

/** Mean formants of men's American vowels: Peterson and Barney, JASA 24 (1952), table II. */
const VOWELS: readonly Formants[] = [
  [270, 2290, 3010, 3500],
  [390, 1990, 2550, 3500],
  [530, 1840, 2480, 3500],
  [660, 1720, 2410, 3500],
  [730, 1090, 2440, 3400],
  [570, 840, 2410, 3400],
  [440, 1020, 2240, 3400],
  [300, 870, 2240, 3400],
  [640, 1190, 2390, 3400],
  [490, 1350, 1690, 3300],
];

// Durations in blocks of 5 ms.
const FRICATIVES: readonly Sound[] = [
  { least: 14, most: 24, frication: 0.16, fricationHz: 5600 },
  { least: 14, most: 24, frication: 0.2, fricationHz: 3000 },
  { least: 12, most: 20, frication: 0.06, fricationHz: 4200 },
  { least: 10, most: 18, frication: 0.1, fricationHz: 5200, voicing: 0.35 },
  { least: 8, most: 14, aspiration: 0.35 },
];
const SONORANTS: readonly Sound[] = [
  { least: 10, most: 16, voicing: 0.35, formants: [270, 1100, 2200, 3300] },
  { least: 10, most: 16, voicing: 0.35, formants: [270, 1600, 2500, 3300] },
  { least: 8, most: 14, voicing: 0.6, formants: [350, 1200, 2700, 3400] },
  { least: 8, most: 14, voicing: 0.6, formants: [400, 1200, 1600, 3200] },
  { least: 8, most: 14, voicing: 0.6, formants: [300, 700, 2200, 3300] },
  { least: 8, most: 14, voicing: 0.6, formants: [270, 2200, 2900, 3500] },
];
/** Where a stop's burst resonates: lips, tongue tip, tongue back. */
const BURSTS_HZ = [900, 4000, 1900];

/** The targets of a phrase of 4 to 12 syllables; `scale` is that of all formants, 1 for a man's vocal tract. */
export function phrase(rng: Random, scale: number): Target[] {
  const targets: Target[] = [];
  const syllables = 4 + rng.integer(9);
  for (let i = 0; i < syllables; i++) syllable(rng, targets);
  return targets.map((target) => ({ ...target, formants: scaled(target.formants, scale) }));
}

function scaled([f1, f2, f3, f4]: Formants, scale: number): Formants {
  return [f1 * scale, f2 * scale, f3 * scale, f4 * scale];
}

function syllable(rng: Random, targets: Target[]): void {
  const formants = VOWELS[rng.integer(VOWELS.length)];
  const accent = 0.2 * rng.uniform() * rng.uniform();
  const add = ({ least, most, ...sound }: Sound) =>
    targets.push({
      blocks: least + rng.integer(most - least + 1),
      formants,
      voicing: 0,
      aspiration: 0,
      frication: 0,
      fricationHz: 4000,
      accent,
      ...sound,
    });

  const onset = rng.uniform();
  if (onset < 0.3) addStop(rng, add);
  else if (onset < 0.6) add(oneOf(rng, FRICATIVES));
  else if (onset < 0.92) add(oneOf(rng, SONORANTS));
  add({ least: 15, most: 36, voicing: 1, aspiration: 0.02 });
  if (rng.uniform() < 0.35) add(oneOf(rng, rng.uniform() < 0.5 ? FRICATIVES : SONORANTS));
}

function addStop(rng: Random, add: (sound: Sound) => void): void {
  const voiced = rng.uniform() < 0.5;
  add({ least: 9, most: 15, voicing: voiced ? 0.08 : 0, formants: [200, 1000, 2200, 3300] });
  add({ least: 2, most: 3, frication: 0.35, fricationHz: BURSTS_HZ[rng.integer(BURSTS_HZ.length)] });
  if (!voiced) add({ least: 4, most: 8, aspiration: 0.3 });
}

function oneOf<T>(rng: Random, choices: readonly T[]): T {
  return choices[rng.integer(choices.length)];
}
