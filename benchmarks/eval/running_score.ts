import type { EvalUtterance } from "../../reports/eval_schema.ts";
import { align } from "../scoring/alignment.ts";
import { countsOf, errorsIn, wordsIn } from "../scoring/counts.ts";
import { WHISPER_ENGLISH } from "../scoring/protocols/mod.ts";
import { wordsOf } from "../scoring/protocols/words.ts";

/** Word error rate and speed of what is done so far, for the progress line. */
export class RunningScore {
  #errors = 0;
  #words = 0;
  #audio = 0;
  #processing = 0;
  readonly #skipBad: boolean;

  constructor(utterances: readonly EvalUtterance[], skipBad: boolean) {
    this.#skipBad = skipBad;
    for (const one of utterances) this.add(one);
  }

  add(one: EvalUtterance): void {
    if (one.status === "ok") {
      this.#audio += one.audio_seconds;
      this.#processing += one.processing_seconds;
    } else if (this.#skipBad) return;
    const words = (text: string) => wordsOf(WHISPER_ENGLISH.normalise(text));
    const counts = countsOf(align(words(one.reference), words(one.hypothesis)));
    this.#errors += errorsIn(counts);
    this.#words += wordsIn(counts);
  }

  /** "WER 11.80 %, 5.1 times real time". */
  text(): string {
    const wer = this.#words === 0 ? "" : `WER ${(100 * this.#errors / this.#words).toFixed(2)} %`;
    const speed = this.#processing === 0 ? "" : `, ${(this.#audio / this.#processing).toPrecision(3)} times real time`;
    return wer + speed;
  }
}
