import assert from "node:assert/strict";
import { UsageError } from "../harness/errors.ts";
import { engineChoice } from "./choice.ts";

Deno.test("engineChoice() fills in defaults", () => {
  const { engine, decode, batch, gpu } = engineChoice({ weights: "a.safetensors" });
  assert.deepEqual({ engine, decode, batch, gpu }, { engine: "samba", decode: "ctc", batch: null, gpu: "deno" });
  assert.equal(engineChoice({}).weights, null, "what the suite ships");
  assert.equal(engineChoice({ engine: "command", command: "asr {wav}" }).timeoutSeconds, 600);
  assert.equal(engineChoice({ weights: "a", decode: "ctc-beam", lm: "b.arpa", "word-bonus": "-1.5" }).wordBonus, -1.5);
});

Deno.test("engineChoice() refuses what is missing, unknown, or belongs to another engine", () => {
  for (
    const [values, pattern] of [
      [{ engine: "whisper" }, /^--engine whisper: needs --weights FOLDER/],
      [{ engine: "command" }, /^--engine command: needs --command/],
      [{ engine: "wisper" }, /"wisper" is not known; choose from samba, transformer, whisper, command/],
      [{ weights: "a", device: "cpu" }, /^--device: belongs to --engine whisper, not to samba$/],
      [{ engine: "whisper", weights: "a", beam: "4" }, /^--beam: belongs to --engine samba or transformer/],
      [{ engine: "command", command: "x {wav}", weights: "a" }, /^--weights: belongs to --engine/],
      [{ weights: "a", lm: "b" }, /^--lm: belongs to --decode ctc-beam or beam or joint, not to ctc$/],
      [{ weights: "a", decode: "joint", "ctc-weight": "x" }, /^--ctc-weight: "x" is no number/],
      [{ weights: "" }, /^--weights: no file or folder given$/],
    ] as const
  ) {
    assert.throws(
      () => engineChoice(values),
      (error: Error) => error instanceof UsageError && pattern.test(error.message),
      JSON.stringify(values),
    );
  }
});
