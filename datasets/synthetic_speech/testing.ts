import { InputError } from "../errors.ts";
import { espeakVoices } from "./espeak.ts";

/** Why tests that need espeak-ng cannot run here; null where they can. */
const missing: string | null = await espeakVoices().then(() => null, (error: unknown) => {
  if (error instanceof InputError) return error.message;
  if (error instanceof Deno.errors.NotCapable) return "espeak-ng may not be run: --allow-run=espeak-ng";
  throw error;
});

/** A test that needs espeak-ng; where that is missing, or may not be run, it says so and is ignored. */
export function espeakTest(name: string, body: () => Promise<void>): void {
  if (missing !== null) console.log(`skipped: ${name}: ${missing}`);
  Deno.test({ name, ignore: missing !== null, fn: body });
}
