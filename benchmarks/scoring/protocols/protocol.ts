/** What is done to reference and hypothesis alike before their words are compared; named and versioned, never changed. */
export interface Protocol {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** The text that is scored, of which {@link wordsOf} gives the words. */
  normalise(text: string): string;
  /** Whether an utterance with this reference, as it stands, is left out of the score. */
  excludes?(reference: string): boolean;
}
