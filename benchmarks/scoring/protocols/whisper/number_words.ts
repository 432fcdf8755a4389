/** The words that the number normaliser knows, and what each stands for. */

const ONES_IN_ORDER = [
  ...["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
  ...["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
];
const TENS_IN_ORDER = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const POWERS = ["thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion"];
const HIGHER_POWERS = ["septillion", "octillion", "nonillion", "decillion"];

/** A number and the letters written after it: 21 and "st", 90 and "s". */
export interface Suffixed {
  readonly number: bigint;
  readonly suffix: string;
}

/** Nought, as digits are told off. */
export const ZEROS: ReadonlySet<string> = new Set(["o", "oh", "zero"]);

/** One to nineteen. */
export const ONES: ReadonlyMap<string, bigint> = new Map(ONES_IN_ORDER.map((name, i) => [name, BigInt(i + 1)]));

/** Twenty to ninety. */
export const TENS: ReadonlyMap<string, bigint> = new Map(TENS_IN_ORDER.map((name, i) => [name, BigInt(10 * (i + 2))]));

/** A hundred, and powers of a thousand. */
export const MULTIPLIERS: ReadonlyMap<string, bigint> = new Map([
  ["hundred", 100n],
  ...[...POWERS, ...HIGHER_POWERS].map((name, i) => [name, 1000n ** BigInt(i + 1)] as const),
]);

const IRREGULAR_ORDINALS: ReadonlyMap<string, Suffixed> = new Map([
  ["zeroth", { number: 0n, suffix: "th" }],
  ["first", { number: 1n, suffix: "st" }],
  ["second", { number: 2n, suffix: "nd" }],
  ["third", { number: 3n, suffix: "rd" }],
  ["fifth", { number: 5n, suffix: "th" }],
  ["twelfth", { number: 12n, suffix: "th" }],
]);

// The regular forms follow the reference to the letter: "eighth" by the t, "nineth" without the spelling's exception.
const REGULAR_ORDINALS = [...ONES]
  .filter(([, number]) => number > 3n && number !== 5n && number !== 12n)
  .map(([name, number]) => [name + (name.endsWith("t") ? "h" : "th"), { number, suffix: "th" }] as const);

/** "sixes", "third", "nineteenth". */
export const ONES_SUFFIXED: ReadonlyMap<string, Suffixed> = new Map([
  ...suffixed(ONES, (name) => name === "six" ? "sixes" : `${name}s`, "s"),
  ...IRREGULAR_ORDINALS,
  ...REGULAR_ORDINALS,
]);

/** "twenties", "ninetieth". */
export const TENS_SUFFIXED: ReadonlyMap<string, Suffixed> = new Map([
  ...suffixed(TENS, (name) => name.replace("y", "ies"), "s"),
  ...suffixed(TENS, (name) => name.replace("y", "ieth"), "th"),
]);

/** "hundreds", "millionth". */
export const MULTIPLIERS_SUFFIXED: ReadonlyMap<string, Suffixed> = new Map([
  ...suffixed(MULTIPLIERS, (name) => `${name}s`, "s"),
  ...suffixed(MULTIPLIERS, (name) => `${name}th`, "th"),
]);

/** Words that may follow "point". */
export const DECIMALS: ReadonlySet<string> = new Set([...ONES.keys(), ...TENS.keys(), ...ZEROS]);

/** Signs written before a number whose word also stands before it. */
export const SIGNS: ReadonlyMap<string, string> = new Map([
  ["minus", "-"],
  ["negative", "-"],
  ["plus", "+"],
  ["positive", "+"],
]);

/** Signs written before a number whose word stands after it. */
export const CURRENCIES: ReadonlyMap<string, string> = new Map([
  ["pound", "£"],
  ["pounds", "£"],
  ["euro", "€"],
  ["euros", "€"],
  ["dollar", "$"],
  ["dollars", "$"],
  ["cent", "¢"],
  ["cents", "¢"],
]);

/** Every sign that a written number may begin with. */
export const PREFIXES: ReadonlySet<string> = new Set([...SIGNS.values(), ...CURRENCIES.values()]);

/** Whether the normaliser knows the word. */
export function isNumberWord(word: string): boolean {
  return KNOWN.has(word);
}

const KNOWN: ReadonlySet<string> = new Set([
  ...ZEROS,
  ...[ONES, ONES_SUFFIXED, TENS, TENS_SUFFIXED, MULTIPLIERS, MULTIPLIERS_SUFFIXED].flatMap((map) => [...map.keys()]),
  ...SIGNS.keys(),
  ...CURRENCIES.keys(),
  ...["per", "percent", "and", "double", "triple", "point"],
]);

function suffixed(
  numbers: ReadonlyMap<string, bigint>,
  form: (name: string) => string,
  suffix: string,
): [string, Suffixed][] {
  return [...numbers].map(([name, number]) => [form(name), { number, suffix }]);
}
