/** 1, 2 and 5 times the powers of ten around `values`; the least and the greatest of them enclose all values. */
export function niceDomain(values: readonly number[]): [number, number] {
  if (values.length === 0) return [1, 10];
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const steps = oneTwoFive(Math.floor(Math.log10(least)) - 1, Math.ceil(Math.log10(greatest)) + 1);
  const low = steps.findLast((step) => step < least) ?? least;
  const high = steps.find((step) => step > greatest) ?? greatest;
  return [low, high];
}

/** Tick positions in a domain: 1, 2, 5 in each decade, or powers of ten where that would crowd the axis. */
export function ticks([low, high]: [number, number]): number[] {
  const all = oneTwoFive(Math.floor(Math.log10(low)) - 1, Math.ceil(Math.log10(high)) + 1)
    .filter((step) => step >= low && step <= high);
  return all.length <= 12 ? all : all.filter((step) => Number.isInteger(Math.round(Math.log10(step) * 1e6) / 1e6));
}

function oneTwoFive(fromPower: number, toPower: number): number[] {
  return Array.from({ length: toPower - fromPower + 1 }, (_, i) => fromPower + i)
    .flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
}
