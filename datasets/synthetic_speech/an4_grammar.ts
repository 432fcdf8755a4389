import type { Grammar } from "./grammar.ts";

/**
 * Sentences like those of CMU AN4: control words, strings of letters and numbers, and answers of a census (names and
 * addresses letter by letter, ZIP codes, telephone numbers, dates of birth). Weights are counts in AN4's 948 training
 * transcripts, rounded; the test transcripts had no part in it. `surname`, `forename`, `street` and `city` are spelled
 * names, of which `an4_names.ts` makes endless ones.
 */
export const AN4_GRAMMAR: Grammar = {
  sentence: `103 command | 85 ENTER number | 59 RUBOUT letters number | 33 ERASE letters number | 89 letters number |
    73 surname | 73 forename | 69 house | 73 address | 73 town | 73 zip | 73 phone | 72 date`,
  command: "21 YES | 17 REPEAT | 16 STOP | 16 NO | 12 HELP | 11 START | 10 GO",

  letter: "A|B|C|D|E|F|G|H|I|J|K|L|M|N|O|P|Q|R|S|T|U|V|W|X|Y|Z",
  letters: `90 letter letter letter letter | 90 letter letter letter letter letter | 3 letter letter | 3 letter`,

  digit: "ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE",
  null: "2 OH | ZERO",
  figure: "9 digit | null",
  teen: "3 TEN | ELEVEN | TWELVE | THIRTEEN | FOURTEEN | FIFTEEN | SIXTEEN | SEVENTEEN | EIGHTEEN | NINETEEN",
  ty: "TWENTY | THIRTY | FORTY | FIFTY | SIXTY | SEVENTY | EIGHTY | NINETY",
  tens: "8 ty digit | 2 ty | 2 teen",
  and: "3 AND tens | 2 tens",
  number: `46 digit | 62 ty digit | 35 digit ty digit | 24 digit digit | 30 digit digit digit |
    20 digit digit digit digit | 13 ty digit tens | 7 ty | 8 teen | 6 digit ty | 4 digit teen | 6 digit null digit |
    3 digit digit null digit | 3 digit null digit digit | 6 null | 3 digit null | 2 digit digit null |
    9 digit THOUSAND digit HUNDRED and | 5 digit HUNDRED and | 1 ty digit HUNDRED | 1 ty digit THOUSAND digit tens`,

  house: `24 digit digit figure figure | 12 digit figure digit | 12 digit tens | 9 tens tens | 4 tens | 2 ONE THOUSAND |
    2 ONE HUNDRED | 1 ty digit null digit | 1 digit figure figure figure figure | 1 tens tens letter |
    2 ty digit tens AND A HALF | 1 B O X digit null digit | 1 letter letter letter digit null digit`,
  address: "68 street | 2 digit digit digit digit street | 1 E A S T ordinal S T R E E T | 1 digit T H A V E N U E",
  town: "44 P I T T S B U R G H | 3 P G H | 1 P I T T S B U R G | 1 O APOSTROPHE H A R A | 24 city",
  zip: "55 ONE FIVE digit figure digit | 18 figure figure figure figure figure",
  line:
    "65 digit digit digit figure figure figure figure | 1 digit digit digit ty ty digit | 3 digit figure figure figure",
  phone: "52 line | 12 FOUR ONE TWO line | 8 digit figure digit line | 1 AREA CODE FOUR ONE TWO line",

  month: `3 JANUARY | 3 FEBRUARY | 3 MARCH | 2 APRIL | 3 MAY | 3 JUNE | 3 JULY | 4 AUGUST | 5 SEPTEMBER | 3 OCTOBER |
    2 NOVEMBER | 2 DECEMBER`,
  first: "2 FIRST | SECOND | 2 THIRD | FOURTH | 2 FIFTH | SIXTH | SEVENTH | EIGHTH | 2 NINTH",
  ordinal: `9 first | TENTH | ELEVENTH | 2 TWELFTH | THIRTEENTH | FOURTEENTH | 2 FIFTEENTH | SIXTEENTH | SEVENTEENTH |
    EIGHTEENTH | NINETEENTH | TWENTIETH | 9 TWENTY first | 3 THIRTIETH | THIRTY FIRST`,
  day: "9 digit | 9 teen | TWENTY | 9 TWENTY digit | 2 THIRTY | 2 THIRTY ONE",
  monthnumber: "9 digit | TEN | ELEVEN | TWELVE",
  decade: "TWENTY | 2 THIRTY | 5 FORTY | 7 FIFTY | 18 SIXTY | 4 SEVENTY",
  year: "5 decade digit | decade",
  date: `22 month ordinal NINETEEN year | 1 month ordinal year | 1 month day NINETEEN year | 2 day month NINETEEN year |
    1 ordinal OF month NINETEEN year | 34 monthnumber day year | 1 monthnumber day NINETEEN year |
    1 monthnumber day OF year | 4 monthnumber figure digit digit digit | 1 null digit null digit digit digit |
    1 monthspelled ONE figure ONE NINE digit digit | 1 THIRTY ONE monthspelled ONE NINE digit figure`,
  monthspelled: `J A N U A R Y | F E B | M A R C H | A P R I L | J U L Y | A U G | S E P T E M B E R | O C T O B E R |
    N O V | D E C E M B E R`,
};
